-- A piece of a file. $1 file, $2 ordinal.
SELECT bytes FROM export_piece WHERE file_id = $1 AND ordinal = $2
