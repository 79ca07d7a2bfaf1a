-- ... and ends their verdicts. $1 the file before, $2 the import.
UPDATE reassessment SET superseded_in = $2
WHERE superseded_in IS NULL AND report_id IN (SELECT id FROM sismed_row WHERE source_file_id = $1)
