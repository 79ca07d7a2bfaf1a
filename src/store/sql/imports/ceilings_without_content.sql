-- Listed presentations whose content in the market's unit is not stated but may follow from their description. $1 source file.
SELECT c.id, c.description, m.ingredient, m.unit
FROM ceiling c JOIN LATERAL (
    SELECT ingredient, unit FROM market_price WHERE market = c.market AND source_file_id = c.source_file_id ORDER BY id LIMIT 1
) m ON true
WHERE c.source_file_id = $1 AND c.regulated_units IS NULL ORDER BY c.id
