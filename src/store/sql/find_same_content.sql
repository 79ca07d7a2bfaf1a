-- The submission of a reporter that holds this content. $1 NIT, $2 sha256.
SELECT id FROM submission WHERE nit = $1 AND sha256 = $2 AND source_file_id IS NOT NULL
