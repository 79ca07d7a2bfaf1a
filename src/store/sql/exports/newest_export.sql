-- The newest version of a data set, and whether its bytes are kept: a backup leaves them out. $1 data set.
SELECT e.id, e.ordinal, e.version, e.digest, NOT EXISTS (SELECT FROM export_pruned p WHERE p.export_id = e.id) AS kept
FROM export e WHERE e.data_set = $1 ORDER BY e.ordinal DESC LIMIT 1
