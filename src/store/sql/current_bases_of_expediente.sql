-- The bases in use for one registration. $1 expediente.
SELECT id, consecutive, period_from, period_until, transaction, digest FROM basis
WHERE superseded_in IS NULL AND expediente = $1
