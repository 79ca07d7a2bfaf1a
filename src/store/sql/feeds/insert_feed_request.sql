-- What a person wants of a feed; its number. $1 feed, $2 the run whose held file is let in or null, $3 now, $4 by whom, $5 why.
INSERT INTO feed_request (feed, release_run, requested_at, requested_by, reason) VALUES ($1, $2, $3, $4, $5) RETURNING id
