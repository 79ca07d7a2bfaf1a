-- A draft is consulted on; its first version is made with it. $1 draft, $2 instant, $3 day, $4 principal, $5 last day, $6 why so long.
INSERT INTO consultation (draft_id, opened_at, opened_on, opened_by, closes_on, length_reason) VALUES ($1, $2, $3, $4, $5, $6)
