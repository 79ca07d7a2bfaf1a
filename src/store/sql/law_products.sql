-- What the catalogue says of every presentation. $1 newest import known, or null.
SELECT r.expediente, r.consecutive, max(r.atc) AS atc, array_agg(DISTINCT r.ingredient) AS ingredients,
    CASE WHEN count(DISTINCT r.quantity) = 1 AND bool_and(upper(r.quantity_unit) IN ('U', 'UN', 'UNIDAD')) THEN max(r.quantity) END AS dispensing_units,
    (array_agg(r.medical_sample ORDER BY r.source_file_id DESC))[1] AS medical_sample
FROM catalogue_row r JOIN source_file f ON f.id = r.source_file_id
WHERE $1::bigint IS NULL OR f.id <= $1
GROUP BY r.expediente, r.consecutive ORDER BY r.expediente, r.consecutive
