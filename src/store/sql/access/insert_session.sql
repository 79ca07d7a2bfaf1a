-- $1 id, $2 HMAC of what the cookie holds, $3 pepper id, $4 key, $5 what the browser calls itself, $6 when the person showed who they are, $7 its end,
-- $8 now.
INSERT INTO browser_session (id, mac, pepper_id, key_id, agent, begun_at, seen_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $8, $7)
