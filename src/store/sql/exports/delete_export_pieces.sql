-- Lets go of the bytes of versions that were marked. $1 their ids.
DELETE FROM export_piece USING export_file f WHERE f.id = export_piece.file_id AND f.export_id = ANY($1::bigint[])
