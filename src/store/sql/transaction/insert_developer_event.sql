-- $1 instant, $2 principal, $3 key, $4 action, $5 subject, $6 reason, $7 request id, $8 details.
INSERT INTO developer_event (at, principal_id, key_id, action, subject, reason, request_id, details) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
