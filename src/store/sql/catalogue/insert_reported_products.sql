-- Presentations that reports name, as far as that is not known yet. $1 expedientes, $2 consecutives.
INSERT INTO reported_product (expediente, consecutive)
SELECT c.expediente, c.consecutive FROM unnest($1::integer[], $2::integer[]) AS c (expediente, consecutive)
WHERE NOT EXISTS (SELECT FROM reported_product r WHERE r.expediente = c.expediente AND r.consecutive = c.consecutive)
