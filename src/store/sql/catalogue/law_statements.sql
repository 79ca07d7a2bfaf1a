-- The statements of the lists known at an instant about every registration. $1 newest import known, or null.
SELECT c.expediente, c.consecutive, c.column_code, c.kind, c.amount, c.margin_kind, c.margin, c.act_id, c.valid_from, f.cut_date, f.id AS list_order,
    c.market, c.dispensing_units, c.regulated_units, c.regulated_unit,
    f.kind = 'publication' AS by_column
FROM ceiling c JOIN source_file f ON f.id = c.source_file_id
WHERE counts_at(f.id, f.ended_in, $1::bigint)
ORDER BY c.expediente, c.consecutive, c.id
