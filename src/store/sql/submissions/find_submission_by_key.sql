-- A reporter's earlier try. $1 principal, $2 key.
SELECT id, request_digest FROM submission WHERE principal_id = $1 AND idempotency_key = $2
