-- The current table of ceilings, in the order in which it is published.
SELECT key, expediente, consecutive, market, column_code, amount, per, margin_kind, margin, act_id, valid_from, valid_until, ended_by,
    (SELECT a.sample FROM act a WHERE a.id = t.act_id) AS sample
FROM ceiling_table t ORDER BY key COLLATE "C"
