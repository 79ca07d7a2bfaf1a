-- The file with this content, if it was imported and not taken back. $1 = kind, $2 = sha256.
SELECT id, rows_read, rows_accepted, rows_quarantined, rows_refused, cut_date, series, sample FROM source_file
WHERE kind = $1 AND sha256 = $2 AND ended_in IS NULL
