-- A consultation stays open longer. $1 draft, $2 instant, $3 day, $4 principal, $5 last day, $6 why.
INSERT INTO consultation_extension (draft_id, ordinal, at, day, extended_by, closes_on, reason)
SELECT $1::text, coalesce(max(e.ordinal), 0) + 1, $2::timestamptz, $3::date, $4::text, $5::date, $6::text FROM consultation_extension e WHERE e.draft_id = $1
