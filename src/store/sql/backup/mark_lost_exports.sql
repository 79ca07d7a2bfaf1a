-- Versions of open-data files whose bytes are not here count as let go of: their names are never given again.
INSERT INTO export_pruned (export_id)
SELECT DISTINCT f.export_id FROM export_file f
WHERE f.bytes > 0 AND NOT EXISTS (SELECT FROM export_pruned p WHERE p.export_id = f.export_id)
    AND NOT EXISTS (SELECT FROM export_piece p WHERE p.file_id = f.id)
