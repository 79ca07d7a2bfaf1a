-- $1 position, $2 instant, $3 principal, $4 key, $5 actor, $6 action, $7 subject, $8 reason, $9 request id, $10 details, $11 previous hash, $12 hash.
INSERT INTO audit_entry (position, at, principal_id, key_id, actor, action, subject, reason, request_id, details, previous_hash, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
