-- Reserves $1 report ids.
SELECT nextval(pg_get_serial_sequence('sismed_report', 'id')) AS id FROM generate_series(1, $1::integer)
