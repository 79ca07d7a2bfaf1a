-- The names of the files that ceilings are read from.
SELECT id AS source_file_id, name, sha256, feed_run_id, address FROM source_file WHERE kind IN ('ceilings', 'publication')
