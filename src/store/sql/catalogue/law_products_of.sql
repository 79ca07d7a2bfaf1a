-- The presentations of some registrations in the newest edition of the catalogue that has them. $1 expedientes, each once, $2 newest import known, or null. One look into the index of products each, whatever the statistics say: the rows of a whole file are never looked through.
SELECT r.expediente, r.consecutive, max(r.atc) AS atc, array_agg(DISTINCT r.ingredient) AS ingredients,
    CASE WHEN count(DISTINCT r.quantity) = 1 AND bool_and(upper(r.quantity_unit) IN ('U', 'UN', 'UNIDAD')) THEN max(r.quantity) END AS dispensing_units,
    bool_or(r.medical_sample) AS medical_sample
FROM unnest($1::integer[]) AS wanted (expediente)
CROSS JOIN LATERAL (
    SELECT c.*, rank() OVER (PARTITION BY c.consecutive ORDER BY f.cut_date DESC NULLS LAST, f.id DESC) AS edition
    FROM (SELECT * FROM catalogue_row WHERE expediente = wanted.expediente OFFSET 0) c JOIN source_file f ON f.id = c.source_file_id
    WHERE counts_at(f.id, f.ended_in, $2::bigint)
) r
WHERE r.edition = 1
GROUP BY r.expediente, r.consecutive ORDER BY r.expediente, r.consecutive
