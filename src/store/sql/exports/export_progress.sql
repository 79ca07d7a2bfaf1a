-- The current state of the data, and the state that the newest files were made from.
SELECT v.version, coalesce((SELECT max(position) FROM audit_entry), 0) AS position, m.data_version AS made_version, m.position AS made_position, m.program
FROM data_version v CROSS JOIN export_mark m
