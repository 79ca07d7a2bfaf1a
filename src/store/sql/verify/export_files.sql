-- Files of versions whose bytes are kept; of a difference, the file that it is applied to and the one that it gives, where both are kept.
SELECT f.id, e.data_set, e.version, f.name, f.bytes, f.sha256, b.id AS base, n.sha256 AS result
FROM export_file f JOIN export e ON e.id = f.export_id
LEFT JOIN export_file b ON b.export_id = f.base_id AND b.format = f.base_format
    AND NOT EXISTS (SELECT FROM export_pruned p WHERE p.export_id = f.base_id)
LEFT JOIN export_file n ON n.export_id = f.export_id AND n.format = f.base_format
WHERE NOT EXISTS (SELECT FROM export_pruned p WHERE p.export_id = f.export_id)
ORDER BY f.id
