-- After a restore from a backup without the files' bytes: marks all versions as deleted.
INSERT INTO export_pruned (export_id) SELECT e.id FROM export e WHERE NOT EXISTS (SELECT FROM export_pruned p WHERE p.export_id = e.id)
