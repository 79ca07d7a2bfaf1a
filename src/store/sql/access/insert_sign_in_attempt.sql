-- $1 HMAC of what the cookie holds, $2 now, $3 whether the person must show anew who they are, $4 language, $5 where to, $6 what was typed.
INSERT INTO sign_in_attempt (mac, begun_at, is_fresh, language, back, saved) VALUES ($1, $2, $3, $4, $5, $6)
