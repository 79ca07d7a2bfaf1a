-- One line for each ceiling that a list states, in the list's order. $1 the import.
SELECT json_build_array(line, sheet, kind, expediente, consecutive, market, description, column_code, trim_scale(amount)::text, margin_kind,
    trim_scale(margin)::text, act_id, valid_from)::text AS line
FROM ceiling WHERE source_file_id = $1
ORDER BY ceiling.line, kind, expediente, consecutive, column_code
