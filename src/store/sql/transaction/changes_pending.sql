-- True when an earlier program imported something without recording changes.
SELECT (SELECT coalesce(max(id), 0) FROM source_file) > (SELECT source_file_id FROM change_told) AS pending
