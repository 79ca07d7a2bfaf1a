-- The ceilings of a draft, by presentation and column. $1 draft id; after $2 expediente, $3 consecutive, $4 column, or null; $5 limit.
SELECT line, expediente, consecutive, column_code, amount, margin_kind, margin, market, description, regulated_units, regulated_unit
FROM act_draft_ceiling
WHERE draft_id = $1 AND ($2::integer IS NULL OR (expediente, consecutive, column_code) > ($2, $3::integer, $4::text))
ORDER BY expediente, consecutive, column_code LIMIT $5
