-- The next event of a report (lock it before). $1 report, $2 day, $3 state that follows, $4 who or null, $5 reason or null.
INSERT INTO price_report_event (report_id, ordinal, day, from_state, to_state, actor_id, reason)
SELECT $1::text, coalesce(max(e.ordinal), 0) + 1, $2::date,
    (SELECT l.to_state FROM price_report_event l WHERE l.report_id = $1::text ORDER BY l.ordinal DESC LIMIT 1), $3::text, $4::text, $5::text
FROM price_report_event e WHERE e.report_id = $1::text
