-- Files whose bytes are kept; of a difference, the file that it is applied to and the one that it gives, where both are kept.
SELECT f.id, e.data_set, e.version, f.name, f.format, f.bytes, f.sha256, f.deflated_bytes, f.crc32, b.id AS base, n.sha256 AS result
FROM kept_export_file f JOIN export e ON e.id = f.export_id
LEFT JOIN kept_export_file b ON b.export_id = f.base_id AND b.format = f.base_format AND b.period IS NULL
LEFT JOIN export_file n ON n.export_id = f.export_id AND n.format = f.base_format AND n.period IS NULL
ORDER BY f.id
