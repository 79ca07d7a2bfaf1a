-- The bases in use for some registrations. $1 expedientes.
SELECT id, expediente, consecutive, period_from, period_until, transaction, digest FROM basis
WHERE superseded_in IS NULL AND expediente = ANY($1::integer[])
