-- The part of a file at a place. $1 file, $2 ordinal, $3 part, $4 the state of the file's SHA-256 after it, or null.
INSERT INTO export_file_part (file_id, ordinal, part_id, sha256_state) VALUES ($1, $2, $3, $4)
