-- The files of a version that have all its rows, and how many pieces they are in where they are not in parts. $1 version's id.
SELECT f.id, f.name, f.format, f.bytes, f.sha256, (SELECT count(*) FROM export_piece p WHERE p.file_id = f.id) AS pieces
FROM export_file f WHERE f.export_id = $1 AND f.period IS NULL AND f.base_id IS NULL ORDER BY f.format
