-- Whom a key stands for, if it is one of a provider's. $1 key.
SELECT issuer, subject FROM external_identity WHERE key_id = $1
