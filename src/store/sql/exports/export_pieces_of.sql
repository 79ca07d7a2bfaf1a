-- How many pieces the file of a version has, and which file it is. $1 version's id, $2 format.
SELECT f.id, (SELECT count(*) FROM export_piece p WHERE p.file_id = f.id) AS pieces FROM export_file f WHERE f.export_id = $1 AND f.format = $2
