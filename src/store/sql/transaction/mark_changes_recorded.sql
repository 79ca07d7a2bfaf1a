-- Marks that changes are recorded up to the newest import.
UPDATE change_told SET source_file_id = (SELECT coalesce(max(id), 0) FROM source_file)
