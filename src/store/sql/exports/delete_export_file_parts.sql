-- Files whose bytes are deleted have no parts.
DELETE FROM export_file_part WHERE file_id NOT IN (SELECT id FROM kept_export_file)
