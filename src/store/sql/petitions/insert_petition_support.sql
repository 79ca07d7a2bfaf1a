-- A support, once for each person: no row if it was there. $1 petition, $2 pseudonym, $3 day.
INSERT INTO petition_support (petition_id, supporter_hash, day) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
