-- A rectification replaces the reports of the version before. $1 the file before, $2 the import.
UPDATE sismed_row SET superseded_in = $2 WHERE source_file_id = $1 AND superseded_in IS NULL
