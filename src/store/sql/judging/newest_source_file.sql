-- The newest import there is.
SELECT coalesce(max(id), 0) AS id FROM source_file
