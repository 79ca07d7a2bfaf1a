-- A piece of a file. $1 file, $2 ordinal, $3 bytes.
INSERT INTO export_piece (file_id, ordinal, bytes) VALUES ($1, $2, $3)
