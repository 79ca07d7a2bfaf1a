-- An import ended so many reports more. $1 the import, $2 how many.
UPDATE source_file SET reports_ended = reports_ended + $2 WHERE id = $1
