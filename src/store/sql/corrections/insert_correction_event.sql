-- The next event of a correction (lock it before). $1 correction, $2 instant, $3 state that follows, $4 who or null.
INSERT INTO purchase_correction_event (correction_id, ordinal, at, from_state, to_state, actor_id)
SELECT $1::text, coalesce(max(e.ordinal), 0) + 1, $2::timestamptz,
    (SELECT l.to_state FROM purchase_correction_event l WHERE l.correction_id = $1::text ORDER BY l.ordinal DESC LIMIT 1), $3::text, $4::text
FROM purchase_correction_event e WHERE e.correction_id = $1::text
