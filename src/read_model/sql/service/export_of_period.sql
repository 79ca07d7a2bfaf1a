-- The version that made the file of a period which a version names. $1 data set, $2 that version, $3 the file's name.
SELECT e.version FROM export named JOIN export e ON e.data_set = named.data_set AND e.ordinal <= named.ordinal
JOIN kept_export_file f ON f.export_id = e.id AND f.name = $3 AND f.period IS NOT NULL
WHERE named.data_set = $1 AND named.version = $2 ORDER BY e.ordinal DESC LIMIT 1
