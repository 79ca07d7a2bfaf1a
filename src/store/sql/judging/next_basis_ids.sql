-- Reserves $1 basis ids.
SELECT nextval(pg_get_serial_sequence('basis', 'id')) AS id FROM generate_series(1, $1::integer)
