-- The current table of ceilings, in the order in which it is published, and whether the list that states one states two prices there.
WITH twice_of_cum AS (
    SELECT source_file_id, expediente, consecutive, column_code, valid_from FROM ceiling WHERE kind = 'maximum'
    GROUP BY source_file_id, expediente, consecutive, column_code, valid_from HAVING count(DISTINCT (amount, margin_kind, margin)) > 1
), twice_of_market AS (
    SELECT source_file_id, market, 'institutional' AS column_code, valid_from FROM market_price
    GROUP BY source_file_id, market, valid_from HAVING count(DISTINCT unit_price) > 1
)
-- A row is of a presentation or of a market, and has nothing of the other.
SELECT t.key, t.expediente, t.consecutive, t.market, t.column_code, t.amount, t.per, t.margin_kind, t.margin, t.act_id, t.valid_from, t.valid_until,
    t.ended_by, c.source_file_id IS NOT NULL OR m.source_file_id IS NOT NULL AS two_prices, a.sample
FROM ceiling_table t
LEFT JOIN twice_of_cum c ON (c.source_file_id, c.expediente, c.consecutive, c.column_code, c.valid_from)
    = (t.source_file_id, t.expediente, t.consecutive, t.column_code, t.valid_from)
LEFT JOIN twice_of_market m ON (m.source_file_id, m.market, m.column_code, m.valid_from) = (t.source_file_id, t.market, t.column_code, t.valid_from)
LEFT JOIN act a ON a.id = t.act_id
ORDER BY t.key COLLATE "C"
