-- The span that a file's reports cover. $1 the file, $2 its partition.
SELECT min(period_from) AS covers_from, max(period_until) AS covers_until FROM sismed_row WHERE part = $2 AND source_file_id = $1
