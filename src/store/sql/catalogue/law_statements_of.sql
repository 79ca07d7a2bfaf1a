-- The statements of the lists known at an instant about some registrations. $1 expedientes, each once, $2 newest import known, or null. One look into the index each.
SELECT c.expediente, c.consecutive, c.column_code, c.kind, c.amount, c.margin_kind, c.margin, c.act_id, c.valid_from, f.cut_date, f.id AS list_order,
    c.market, c.dispensing_units, c.regulated_units, c.regulated_unit,
    f.kind = 'publication' AS by_column
FROM unnest($1::integer[]) AS wanted (expediente)
CROSS JOIN LATERAL (
    SELECT s.* FROM ceiling s WHERE s.expediente = wanted.expediente AND ($2::bigint IS NULL OR s.source_file_id <= $2) OFFSET 0
) c
JOIN source_file f ON f.id = c.source_file_id
WHERE counts_at(f.id, f.ended_in, $2::bigint)
ORDER BY c.expediente, c.consecutive, c.id
