-- The parts of files, in their order. $1 files.
SELECT f.file_id, f.sha256_state, p.id, p.sha256, p.bytes, p.deflated_bytes, p.crc32, p.lines
FROM export_file_part f JOIN export_part p ON p.id = f.part_id WHERE f.file_id = ANY($1::bigint[]) ORDER BY f.file_id, f.ordinal
