-- The newest version of a data set, and whether its bytes are kept. $1 data set.
SELECT id, ordinal, version, digest, NOT EXISTS (SELECT FROM export_pruned p WHERE p.export_id = e.id) AS kept
FROM export e WHERE data_set = $1 ORDER BY ordinal DESC LIMIT 1
