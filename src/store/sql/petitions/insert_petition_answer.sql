-- The next answer to a petition (lock it before). $1 petition, $2 instant, $3 day, $4 who, $5 disposition, $6 Spanish, $7 English or null.
INSERT INTO petition_answer (petition_id, ordinal, at, answered_on, answered_by, disposition, text_es, text_en)
SELECT $1::text, coalesce(max(a.ordinal), 0) + 1, $2::timestamptz, $3::date, $4::text, $5::text, $6::text, $7::text
FROM petition_answer a WHERE a.petition_id = $1::text
