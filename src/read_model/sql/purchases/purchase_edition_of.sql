-- The edition that counts of a kind of file. $1 kind.
SELECT e.source_file_id, e.recorded_at FROM purchase_edition e WHERE e.kind = $1 ORDER BY e.source_file_id
