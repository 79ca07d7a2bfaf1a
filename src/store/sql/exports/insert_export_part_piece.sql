-- A piece of a part. $1 part, $2 ordinal, $3 compressed bytes.
INSERT INTO export_part_piece (part_id, ordinal, bytes) VALUES ($1, $2, $3)
