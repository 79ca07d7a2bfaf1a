-- Whether anything was ever imported.
SELECT id FROM source_file ORDER BY id LIMIT 1
