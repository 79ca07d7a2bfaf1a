-- The ceilings of a draft. $1 draft id.
SELECT line, expediente, consecutive, column_code, amount, margin_kind, margin, market, description, regulated_units, regulated_unit
FROM act_draft_ceiling WHERE draft_id = $1 ORDER BY expediente, consecutive, column_code
