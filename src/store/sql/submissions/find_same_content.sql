-- The submission of a reporter that holds this content; of zero reports, which are all alike, one that stands for the same period.
-- $1 NIT, $2 sha256, $3 whether it has no rows, $4 from, $5 until, $6 the submission that is looked at.
SELECT s.id FROM submission s
WHERE s.nit = $1 AND s.source_file_id IS NOT NULL AND s.zero_report = $3 AND CASE WHEN $3
    THEN s.period_from = $4 AND s.period_until = $5 AND NOT EXISTS
        (SELECT FROM submission n WHERE n.rectifies = s.id AND NOT n.dry_run AND n.state <> 'refused' AND n.id <> $6)
    ELSE s.sha256 = $2 END
ORDER BY s.received_at LIMIT 1
