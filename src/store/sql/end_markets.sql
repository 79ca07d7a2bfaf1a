-- Ends markets' prices with an act. $1 the import, $2 markets, $3 act id, $4 first day.
INSERT INTO market_price (source_file_id, line, market, atc, ingredient, ingredient_folded, form_group, unit_price, unit, act_id, valid_from, vital_not_available)
SELECT $1, 1, market, atc, ingredient, ingredient_folded, form_group, NULL, unit, $3, $4, vital_not_available FROM (
    SELECT DISTINCT ON (market) * FROM market_price WHERE market = ANY($2::text[]) ORDER BY market, id DESC
) newest
