-- A file about to be imported. $1 kind, $2 name, $3 sha256, $4 bytes, $5 layout, $6 publisher, $7 licence, $8 whether it is invented.
INSERT INTO source_file (kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence, sample, reports_ended)
VALUES ($1, $2, $3, $4, $5, '', '', $6, $7, $8, 0) RETURNING id
