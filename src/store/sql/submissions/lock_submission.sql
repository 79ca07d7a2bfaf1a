-- Claims a submission that no service is validating, until the transaction ends. $1 id.
SELECT s.id, s.principal_id, s.nit, s.name, s.format, s.gzip, s.period, s.period_from, s.period_until, s.bytes, s.sha256, s.dry_run, s.rectifies,
    s.version, s.received_at, s.zero_report, p.name AS reporter, o.source_file_id AS rectified_file
FROM submission s JOIN principal p ON p.id = s.principal_id LEFT JOIN submission o ON o.id = s.rectifies
WHERE s.id = $1 AND s.finished_at IS NULL FOR UPDATE OF s SKIP LOCKED
