-- ATC classes and ingredients that lists name for these markets already. $1 markets.
SELECT DISTINCT market, coalesce(atc, '') AS atc, ingredient FROM market_price WHERE market = ANY($1::text[])
