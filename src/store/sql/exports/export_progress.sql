-- The current state of the data, the state that the newest files were made from (none after a restore), and whether files for new reports alone are
-- due. $1 seconds between them.
SELECT v.version, v.lists_version, coalesce((SELECT max(position) FROM audit_entry), 0) AS position, coalesce(m.data_version, 0) AS made_version,
    coalesce(m.position, 0) AS made_position, coalesce(m.program, '') AS program,
    coalesce(m.reports_made_at + make_interval(secs => $1::float8) <= clock_timestamp(), true) AS reports_due
FROM data_version v LEFT JOIN export_mark m ON true
