-- One line for each unit price that a list states, in the list's order. $1 the import.
SELECT json_build_array(line, sheet, market, atc, ingredient, form_group, trim_scale(unit_price)::text, unit, act_id, valid_from,
    vital_not_available)::text AS line
FROM market_price WHERE source_file_id = $1 ORDER BY market_price.line, market, id
