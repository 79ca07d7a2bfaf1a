-- The public halves of the keys that ever signed here.
SELECT kid, public_key FROM signing_key
