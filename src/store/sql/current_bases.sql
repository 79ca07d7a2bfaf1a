-- Every basis in use, or those of some registrations, by product, so that a new law can be held against each. $1 expedientes or null.
SELECT id, expediente, consecutive, period_from, period_until, transaction, digest FROM basis
WHERE superseded_in IS NULL AND ($1::integer[] IS NULL OR expediente = ANY($1)) ORDER BY expediente, consecutive, id
