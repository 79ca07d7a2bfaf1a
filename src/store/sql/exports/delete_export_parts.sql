-- Parts that no file has any more, with their pieces.
DELETE FROM export_part p WHERE NOT EXISTS (SELECT FROM export_file_part f WHERE f.part_id = p.id)
