-- Every basis in use, by product, so that a new list can be held against each.
SELECT id, expediente, consecutive, period_from, period_until, transaction, digest FROM basis
WHERE superseded_in IS NULL ORDER BY expediente, consecutive, id
