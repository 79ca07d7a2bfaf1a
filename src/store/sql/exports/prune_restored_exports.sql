-- After a restore from a backup without the files' bytes: marks all versions as deleted.
WITH periods AS (
    INSERT INTO export_file_pruned (file_id) SELECT id FROM kept_export_file WHERE period IS NOT NULL
)
INSERT INTO export_pruned (export_id) SELECT e.id FROM export e WHERE NOT EXISTS (SELECT FROM export_pruned p WHERE p.export_id = e.id)
