-- A reading begins; its number. $1 feed, $2 by whom, $3 now, $4 the address.
INSERT INTO feed_run (feed, started_by, started_at, address) VALUES ($1, $2, $3, $4) RETURNING id
