-- What the newest list that names a market says of it, row by row, with how many presentations belong to it; not those whose price an act ended.
SELECT r.market, r.atc, r.ingredient, r.form_group, r.unit_price, r.unit, r.act_id, r.valid_from, r.vital_not_available, r.cut_date,
    coalesce(p.presentations, 0) AS presentations
FROM (
    SELECT m.*, f.cut_date, rank() OVER (PARTITION BY m.market ORDER BY f.cut_date DESC NULLS LAST, f.id DESC) AS edition
    FROM market_price m JOIN source_file f ON f.id = m.source_file_id
    WHERE counts_at(f.id, f.ended_in, NULL::bigint)
) r
LEFT JOIN (SELECT market, count(*) AS presentations FROM medicine WHERE market IS NOT NULL GROUP BY market) p ON p.market = r.market
WHERE r.edition = 1 AND r.unit_price IS NOT NULL ORDER BY r.market, r.id
