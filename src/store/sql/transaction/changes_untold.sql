-- True when something was imported by a program that does not tell of changes.
SELECT (SELECT coalesce(max(id), 0) FROM source_file) > (SELECT source_file_id FROM change_told) AS untold
