-- The files of a data set's periods as its newest version has them, with the version that made them. $1 data set.
WITH newest AS (
    SELECT f.period, max(f.export_id) AS export_id FROM kept_export_file f JOIN export e ON e.id = f.export_id
    WHERE e.data_set = $1 AND f.period IS NOT NULL GROUP BY f.period
)
SELECT f.id, f.period, e.version, f.name, f.format, f.rows, f.bytes, f.sha256
FROM newest n JOIN export e ON e.id = n.export_id JOIN kept_export_file f ON f.export_id = n.export_id AND f.period = n.period
ORDER BY f.period, f.format
