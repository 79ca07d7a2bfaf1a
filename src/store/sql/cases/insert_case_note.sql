-- The next note on a case (lock it before), and which one it is. $1 case, $2 instant, $3 author, $4 text.
INSERT INTO case_note (case_id, ordinal, at, author_id, text)
SELECT $1::text, coalesce(max(n.ordinal), 0) + 1, $2::timestamptz, $3::text, $4::text FROM case_note n WHERE n.case_id = $1::text
RETURNING ordinal
