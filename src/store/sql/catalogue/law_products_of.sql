-- The presentations of some registrations in the newest edition of the catalogue that has them. $1 expedientes, each once, $2 newest import known, or null. One look into the index each, whatever the statistics say.
SELECT r.expediente, r.consecutive, max(r.atc) AS atc, array_agg(DISTINCT r.ingredient) AS ingredients,
    CASE WHEN count(DISTINCT r.quantity) = 1 AND bool_and(upper(r.quantity_unit) IN ('U', 'UN', 'UNIDAD')) THEN max(r.quantity) END AS dispensing_units,
    bool_or(r.medical_sample) AS medical_sample
FROM unnest($1::integer[]) AS wanted (expediente)
CROSS JOIN LATERAL (
    SELECT c.*, rank() OVER (PARTITION BY c.consecutive ORDER BY f.cut_date DESC NULLS LAST, f.id DESC) AS edition
    FROM catalogue_row c JOIN source_file f ON f.id = c.source_file_id
    WHERE c.expediente = wanted.expediente AND counts_at(f.id, f.ended_in, $2::bigint) OFFSET 0
) r
WHERE r.edition = 1
GROUP BY r.expediente, r.consecutive ORDER BY r.expediente, r.consecutive
