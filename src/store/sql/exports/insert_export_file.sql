-- A file of a version. $1 version's id, $2 name, $3 format, $4 bytes, $5 sha256, $6 and $7 what a difference is applied to, or null; $8 its period and
-- $9 its rows, where it has those of one period alone; $10 its compressed bytes and $11 the CRC-32 of the plain ones.
INSERT INTO export_file (export_id, name, format, bytes, sha256, base_id, base_format, period, rows, deflated_bytes, crc32)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id
