-- The next event of a petition (lock it before). $1 petition, $2 instant, $3 state that follows, $4 who or null, $5 public reason or null,
-- $6 last day to answer a contest or null, $7 its law or null.
INSERT INTO petition_event (petition_id, ordinal, at, from_state, to_state, actor_id, reason, due_on, due_citation)
SELECT $1::text, coalesce(max(e.ordinal), 0) + 1, $2::timestamptz,
    (SELECT l.to_state FROM petition_event l WHERE l.petition_id = $1::text ORDER BY l.ordinal DESC LIMIT 1), $3::text, $4::text, $5::text,
    $6::date, $7::text
FROM petition_event e WHERE e.petition_id = $1::text
