-- All pieces of a part, compressed. $1 part.
SELECT bytes FROM export_part_piece WHERE part_id = $1 ORDER BY ordinal
