-- $1 principal, $2 key, $3 request digest, $4 status, $5 location, $6 body.
INSERT INTO idempotency_record (principal_id, key, request_digest, status, location, body) VALUES ($1, $2, $3, $4, $5, $6)
