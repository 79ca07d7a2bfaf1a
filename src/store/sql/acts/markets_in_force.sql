-- Markets whose price on a day is that of some acts. $1 day, $2 act ids.
SELECT market FROM (
    SELECT DISTINCT ON (m.market) m.market, m.act_id, m.unit_price FROM market_price m JOIN source_file f ON f.id = m.source_file_id
    WHERE m.valid_from <= $1 AND f.ended_in IS NULL ORDER BY m.market, m.valid_from DESC, f.cut_date DESC NULLS LAST, f.id DESC
) newest
WHERE act_id = ANY($2::text[]) AND unit_price IS NOT NULL ORDER BY market
