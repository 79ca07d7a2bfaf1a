-- One line for each row of a file that was not taken. $1 the import.
SELECT json_build_array(ordinal, fate, sheet, line, column_name, value, reason)::text AS line
FROM source_fault WHERE source_file_id = $1 ORDER BY ordinal
