-- How many reports are in which state, with the reason of what is not usable.
SELECT p.state, e.reason, count(*) AS reports
FROM price_report p
LEFT JOIN LATERAL (SELECT n.reason FROM price_report_event n WHERE n.report_id = p.id ORDER BY n.ordinal DESC LIMIT 1) e ON true
GROUP BY p.state, e.reason ORDER BY p.state COLLATE "C", e.reason COLLATE "C" NULLS FIRST
