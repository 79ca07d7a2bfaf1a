-- The current table of ceilings, in the order in which it is published, and whether the list that states one states two prices there.
WITH twice AS (
    SELECT source_file_id, expediente, consecutive, NULL::text AS market, column_code, valid_from FROM ceiling WHERE kind = 'maximum'
    GROUP BY source_file_id, expediente, consecutive, column_code, valid_from HAVING count(DISTINCT (amount, margin_kind, margin)) > 1
    UNION ALL
    SELECT source_file_id, NULL, NULL, market, 'institutional', valid_from FROM market_price
    GROUP BY source_file_id, market, valid_from HAVING count(DISTINCT unit_price) > 1
)
SELECT t.key, t.expediente, t.consecutive, t.market, t.column_code, t.amount, t.per, t.margin_kind, t.margin, t.act_id, t.valid_from, t.valid_until,
    t.ended_by, EXISTS (SELECT FROM twice w
        WHERE (w.source_file_id, w.column_code, w.valid_from) = (t.source_file_id, t.column_code, t.valid_from)
            AND (w.expediente, w.consecutive, w.market) IS NOT DISTINCT FROM (t.expediente, t.consecutive, t.market)) AS two_prices,
    (SELECT a.sample FROM act a WHERE a.id = t.act_id) AS sample
FROM ceiling_table t ORDER BY t.key COLLATE "C"
