-- $1 watch, $2 expedientes, $3 consecutives (in parallel).
INSERT INTO watch_product (watch_id, expediente, consecutive)
SELECT $1, c.expediente, c.consecutive FROM unnest($2::integer[], $3::integer[]) AS c (expediente, consecutive)
