-- Where the ceilings of one registration's presentations were read from, and the unit prices of their markets. $1 expediente.
SELECT f.id AS source_file_id, f.name, f.sha256, f.feed_run_id, f.address, c.id, c.expediente, c.consecutive, c.column_code, NULL::text AS market, c.sheet, c.line, c.amount, c.margin
FROM ceiling c JOIN source_file f ON f.id = c.source_file_id
WHERE c.expediente = $1 AND c.kind = 'maximum'
UNION ALL
SELECT f.id, f.name, f.sha256, f.feed_run_id, f.address, m.id, NULL, NULL, NULL, m.market, m.sheet, m.line, m.unit_price, NULL
FROM market_price m JOIN source_file f ON f.id = m.source_file_id
WHERE m.market IN (SELECT c.market FROM ceiling c WHERE c.expediente = $1)
ORDER BY id
