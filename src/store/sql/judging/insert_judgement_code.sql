-- A judgement in words. $1 code, $2 headline, $3 reason, $4 minimum, $5 average, $6 maximum, $7 another unit fits.
INSERT INTO judgement_code (code, verdict, reason, minimum_verdict, average_verdict, maximum_verdict, another_unit_fits)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (code) DO NOTHING
