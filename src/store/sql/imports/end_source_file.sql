-- A file no longer counts. $1 the file, $2 from this import on.
UPDATE source_file SET ended_in = $2 WHERE id = $1 AND ended_in IS NULL
