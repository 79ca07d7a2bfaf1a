-- Which columns the single PMV of the workbook binds, by act (null: all others).
SELECT act_id, column_code FROM workbook_binding ORDER BY act_id NULLS LAST, column_code
