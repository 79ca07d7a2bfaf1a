-- $1 id, $2 principal, $3 url, $4 description, $5 kinds, $6 everything, $7 instant, $8 pepper, $9 the key that makes it.
INSERT INTO watch (id, principal_id, url, description, kinds, everything, created_at, pepper_id, next_attempt_at, holder)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp(), (SELECT coalesce(k.given_to, k.principal_id) FROM api_key k WHERE k.id = $9))
