-- The rows of one list that state the unit price of a presentation's market. $1 source file, $2 expediente, $3 consecutive.
SELECT f.name, f.sha256, m.sheet, m.line, m.unit_price AS amount, NULL::numeric AS margin
FROM market_price m JOIN source_file f ON f.id = m.source_file_id
WHERE m.source_file_id = $1 AND m.market IN (SELECT c.market FROM ceiling c WHERE c.expediente = $2 AND c.consecutive = $3)
ORDER BY m.id
