-- Submissions, newest first. $1 NIT that the reader may see or null, $2 state or null; after $3 (instant) and $4 (id), or null; $5 limit, $6 NIT or null.
-- Not one statement with submission_list.sql: a direction that is a parameter (ORDER BY CASE …) is the order of no index, so that a page would read and
-- sort all rows that the filter lets through; two halves under UNION ALL would only put both statements into one file.
SELECT s.id, s.kind, s.nit, r.name AS reporter, s.name, s.format, s.gzip, s.period, s.bytes, s.sha256, s.dry_run, s.rectifies, s.version, s.received_at, s.state,
    s.finished_at, s.rows_read, s.rows_accepted, s.rows_quarantined, s.rows_refused, s.flags, s.reasons, s.verdicts, s.refusal_code,
    s.refusal_detail, s.refusal_detail_es, s.zero_report, s.position, s.receipt, l.leaf_index, l.hash AS leaf_hash,
    (SELECT n.id FROM submission n WHERE n.rectifies = s.id AND NOT n.dry_run AND n.state <> 'refused' LIMIT 1) AS rectified_by
FROM submission s JOIN reporter r ON r.nit = s.nit LEFT JOIN log_leaf l ON l.kind = 'receipt' AND l.number = s.position
WHERE ($1::text IS NULL OR s.nit = $1) AND ($6::text IS NULL OR s.nit = $6) AND ($2::text IS NULL OR s.state = $2)
    AND ($3::timestamptz IS NULL OR (s.received_at, s.id) < ($3, $4::text))
ORDER BY s.received_at DESC, s.id DESC LIMIT $5
