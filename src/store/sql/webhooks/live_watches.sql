-- How many watches a principal has. $1 principal.
SELECT count(*) AS live FROM watch WHERE principal_id = $1 AND state <> 'deleted'
