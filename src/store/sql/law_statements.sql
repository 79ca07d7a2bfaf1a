-- What the lists known at an instant say of one registration, or of all. $1 expedientes or null, $2 newest import known, or null.
SELECT c.expediente, c.consecutive, c.column_code, c.kind, c.amount, c.margin_kind, c.margin, c.act_id, c.valid_from, f.cut_date, f.id AS list_order,
    c.market, c.dispensing_units, c.regulated_units, c.regulated_unit,
    f.kind = 'publication' AS by_column
FROM ceiling c JOIN source_file f ON f.id = c.source_file_id
WHERE ($1::integer[] IS NULL OR c.expediente = ANY($1)) AND ($2::bigint IS NULL OR f.id <= $2)
ORDER BY c.expediente, c.consecutive, c.id
