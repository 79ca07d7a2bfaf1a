-- ATC classes and ingredients that lists name for these markets already. $1 markets.
SELECT DISTINCT m.market, coalesce(m.atc, '') AS atc, m.ingredient FROM market_price m JOIN source_file f ON f.id = m.source_file_id
WHERE m.market = ANY($1::text[]) AND f.ended_in IS NULL
