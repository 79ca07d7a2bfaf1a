-- What the catalogue says of some registrations. $1 expedientes, each once, $2 newest import known, or null. One look into the index each, whatever the statistics say.
SELECT r.expediente, r.consecutive, max(r.atc) AS atc, array_agg(DISTINCT r.ingredient) AS ingredients,
    CASE WHEN count(DISTINCT r.quantity) = 1 AND bool_and(upper(r.quantity_unit) IN ('U', 'UN', 'UNIDAD')) THEN max(r.quantity) END AS dispensing_units,
    (array_agg(r.medical_sample ORDER BY r.source_file_id DESC))[1] AS medical_sample
FROM unnest($1::integer[]) AS wanted (expediente)
CROSS JOIN LATERAL (
    SELECT c.* FROM catalogue_row c WHERE c.expediente = wanted.expediente AND ($2::bigint IS NULL OR c.source_file_id <= $2) OFFSET 0
) r
GROUP BY r.expediente, r.consecutive ORDER BY r.expediente, r.consecutive
