-- Every presentation in the newest edition of the catalogue that has it. $1 newest import known, or null.
SELECT r.expediente, r.consecutive, max(r.atc) AS atc, array_agg(DISTINCT r.ingredient) AS ingredients,
    CASE WHEN count(DISTINCT r.quantity) = 1 AND bool_and(upper(r.quantity_unit) IN ('U', 'UN', 'UNIDAD')) THEN max(r.quantity) END AS dispensing_units,
    bool_or(r.medical_sample) AS medical_sample
FROM (
    SELECT c.*, rank() OVER (PARTITION BY c.expediente, c.consecutive ORDER BY f.cut_date DESC NULLS LAST, f.id DESC) AS edition
    FROM catalogue_row c JOIN source_file f ON f.id = c.source_file_id
    WHERE counts_at(f.id, f.ended_in, $1::bigint)
) r
WHERE r.edition = 1
GROUP BY r.expediente, r.consecutive ORDER BY r.expediente, r.consecutive
