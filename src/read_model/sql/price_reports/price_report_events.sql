-- What happened to a report. $1 report.
SELECT e.ordinal, e.day, e.to_state, e.reason FROM price_report_event e WHERE e.report_id = $1 ORDER BY e.ordinal
