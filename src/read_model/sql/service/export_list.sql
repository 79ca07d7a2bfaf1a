-- Versions of data sets whose bytes are kept, newest first, with their files, but those of one period; differences only from versions that are kept.
SELECT e.data_set, e.version, e.data_version, e.rows, e.created_at, f.name, f.format, f.bytes, f.sha256, b.version AS base_version, f.base_format
FROM export e
JOIN kept_export_file f ON f.export_id = e.id AND f.period IS NULL
LEFT JOIN export b ON b.id = f.base_id
WHERE NOT EXISTS (SELECT FROM export_pruned p WHERE p.export_id = f.base_id)
ORDER BY e.data_set, e.ordinal DESC, f.name
