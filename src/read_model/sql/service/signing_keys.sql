-- Public keys of receipts, oldest first.
SELECT kid, public_key, first_used_at FROM signing_key ORDER BY first_used_at, kid
