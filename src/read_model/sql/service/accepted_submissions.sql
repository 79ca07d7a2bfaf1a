-- The reports accepted for any part of a span, in order of arrival. $1 from, $2 until.
SELECT nit, period_from, period_until, received_at, version, rows_read, rows_accepted, rows_quarantined, zero_report
FROM submission
WHERE kind = 'report' AND NOT dry_run AND state IN ('accepted', 'partly_quarantined') AND period_from < $2 AND period_until > $1
ORDER BY received_at, version, id
