-- The current state of the data, the state that the newest files were made from, and whether files for new reports alone are due. $1 seconds between them.
SELECT v.version, v.lists_version, coalesce((SELECT max(position) FROM audit_entry), 0) AS position, m.data_version AS made_version, m.position AS made_position, m.program,
    coalesce(m.reports_made_at + make_interval(secs => $1::float8) <= clock_timestamp(), true) AS reports_due
FROM data_version v CROSS JOIN export_mark m
