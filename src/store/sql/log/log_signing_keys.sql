-- The public keys that sign, or once signed, here.
SELECT kid, public_key FROM signing_key ORDER BY first_used_at, kid
