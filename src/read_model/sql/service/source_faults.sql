-- The rows of a file that were not taken, in order of reading. $1 file, $2 after this ordinal or null, $3 limit.
SELECT ordinal, fate, sheet, line, column_name, value, reason
FROM source_fault WHERE source_file_id = $1 AND ($2::bigint IS NULL OR ordinal > $2)
ORDER BY ordinal LIMIT $3
