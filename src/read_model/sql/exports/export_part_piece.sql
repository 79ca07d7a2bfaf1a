-- A piece of a part, compressed. $1 part, $2 ordinal.
SELECT bytes FROM export_part_piece WHERE part_id = $1 AND ordinal = $2
