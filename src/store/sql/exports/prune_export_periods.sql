-- Marks the files of periods that no kept version names any more: a later one took their place by the oldest that is kept. $1 data set, $2 the last
-- ordinal whose version is deleted.
INSERT INTO export_file_pruned (file_id)
SELECT f.id FROM kept_export_file f JOIN export e ON e.id = f.export_id
WHERE e.data_set = $1 AND f.period IS NOT NULL AND e.ordinal <= $2 AND EXISTS (
    SELECT FROM export_file n JOIN export later ON later.id = n.export_id
    WHERE later.data_set = $1 AND n.period = f.period AND later.ordinal > e.ordinal AND later.ordinal <= $2 + 1)
