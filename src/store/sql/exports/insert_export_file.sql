-- A file of a version. $1 version's id, $2 name, $3 format, $4 bytes, $5 sha256, $6 and $7 what a difference is applied to, or null.
INSERT INTO export_file (export_id, name, format, bytes, sha256, base_id, base_format) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
