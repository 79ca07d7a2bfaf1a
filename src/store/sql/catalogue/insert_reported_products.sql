-- Presentations that reports name, as far as that is not known yet. $1 expedientes, $2 consecutives.
-- By the key, whatever the statistics say: the table may have been empty when they were made.
INSERT INTO reported_product (expediente, consecutive)
SELECT c.expediente, c.consecutive FROM unnest($1::integer[], $2::integer[]) AS c (expediente, consecutive)
ON CONFLICT DO NOTHING
