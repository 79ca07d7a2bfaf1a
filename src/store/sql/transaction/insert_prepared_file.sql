-- A file that was prepared under a reserved number; no row when that is past. $1 kind, $2 name, $3 sha256, $4 bytes, $5 layout, $6 publisher, $7 licence,
-- $8 whether it is invented, $9 the number.
INSERT INTO source_file (id, kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence, sample, reports_ended)
OVERRIDING SYSTEM VALUE
SELECT $9::bigint, $1::text, $2::text, $3::text, $4::bigint, $5::text, '', '', $6::text, $7::text, $8::boolean, 0
WHERE take_file_number($9) RETURNING id
