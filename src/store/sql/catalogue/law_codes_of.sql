-- Which presentations of some registrations a table of CUM has. $1 the table's file, $2 expedientes, each once. One look into the index each.
SELECT r.expediente, r.consecutive, bool_or(r.enabled) AS enabled
FROM unnest($2::integer[]) AS wanted (expediente)
CROSS JOIN LATERAL (
    SELECT c.* FROM cum_code c WHERE c.expediente = wanted.expediente AND c.source_file_id = $1 OFFSET 0
) r
GROUP BY r.expediente, r.consecutive
