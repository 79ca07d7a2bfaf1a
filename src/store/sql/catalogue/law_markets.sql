-- Unit prices of the markets. $1 market or null for all, $2 newest import known, or null.
SELECT m.market, m.unit_price, m.unit, m.act_id, m.valid_from, f.cut_date, f.id AS list_order, coalesce(m.atc, '') AS atc, m.ingredient,
    m.vital_not_available
FROM market_price m JOIN source_file f ON f.id = m.source_file_id
WHERE ($1::text[] IS NULL OR m.market = ANY($1)) AND counts_at(f.id, f.ended_in, $2::bigint)
ORDER BY m.market, m.id
