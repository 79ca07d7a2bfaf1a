-- The current state of the data, the state that the newest files were made from, and whether files for new reports alone are due; `restored`: the
-- files' bytes were left out of the backup that this database was restored from. $1 seconds between files for new reports.
SELECT v.version, v.lists_version, coalesce((SELECT max(position) FROM audit_entry), 0) AS position,
    coalesce((SELECT max(id) FROM source_file), 0) AS newest_import, coalesce(m.data_version, 0) AS made_version, coalesce(m.position, 0) AS made_position,
    coalesce(m.program, '') AS program, m.periods_import, m.only_row IS NULL AS restored,
    coalesce(m.reports_made_at + make_interval(secs => $1::float8) <= clock_timestamp(), true) AS reports_due
FROM data_version v LEFT JOIN export_mark m ON true
