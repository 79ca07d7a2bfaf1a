-- The answer kept for a request. $1 principal, $2 key.
SELECT request_digest, status, location, body FROM idempotency_record WHERE principal_id = $1 AND key = $2
