COPY market_price (source_file_id, sheet, line, market, atc, ingredient, ingredient_folded, form_group, unit_price, unit, act_id, valid_from, vital_not_available) FROM STDIN (FORMAT binary)
