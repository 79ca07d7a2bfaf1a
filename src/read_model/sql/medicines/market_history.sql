-- What each act says of the price of each market, newest act first, by the newest list that states it; null where the act ended it.
SELECT DISTINCT ON (m.market, m.valid_from, m.act_id) m.market, m.unit_price, m.unit, m.act_id, m.valid_from, f.cut_date
FROM market_price m JOIN source_file f ON f.id = m.source_file_id
WHERE counts_at(f.id, f.ended_in, NULL::bigint)
ORDER BY m.market, m.valid_from DESC, m.act_id, f.cut_date DESC NULLS LAST, f.id DESC, m.id
