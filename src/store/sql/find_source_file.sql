-- The file with this content, if it was imported. $1 = kind, $2 = sha256.
SELECT id, rows_read, rows_accepted, rows_quarantined, rows_refused FROM source_file WHERE kind = $1 AND sha256 = $2
