-- Ends markets' prices with an act. $1 the import, $2 markets, $3 act id, $4 first day.
INSERT INTO market_price (source_file_id, line, market, atc, ingredient, ingredient_folded, form_group, unit_price, unit, act_id, valid_from, vital_not_available)
SELECT $1, 1, market, atc, ingredient, ingredient_folded, form_group, NULL, unit, $3, $4, vital_not_available FROM (
    SELECT DISTINCT ON (m.market) m.* FROM market_price m JOIN source_file f ON f.id = m.source_file_id
    WHERE m.market = ANY($2::text[]) AND f.ended_in IS NULL ORDER BY m.market, f.cut_date DESC NULLS LAST, m.id DESC
) newest
