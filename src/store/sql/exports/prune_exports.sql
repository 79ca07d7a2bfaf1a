-- Marks the versions whose bytes are deleted. $1 data set, $2 the last ordinal to delete.
INSERT INTO export_pruned (export_id)
SELECT e.id FROM export e WHERE e.data_set = $1 AND e.ordinal <= $2 AND NOT EXISTS (SELECT FROM export_pruned p WHERE p.export_id = e.id)
RETURNING export_id
