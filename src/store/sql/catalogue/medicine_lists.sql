-- The statement of the newest list that names a presentation; a binding one before a reference.
SELECT DISTINCT ON (c.expediente, c.consecutive) c.expediente, c.consecutive, c.description, c.market, c.kind,
    c.dispensing_units, c.regulated_units, c.regulated_unit, m.atc
FROM ceiling c JOIN source_file f ON f.id = c.source_file_id
LEFT JOIN LATERAL (SELECT atc FROM market_price p WHERE p.market = c.market AND p.source_file_id = c.source_file_id ORDER BY p.id LIMIT 1) m ON true
WHERE f.ended_in IS NULL
ORDER BY c.expediente, c.consecutive, (c.kind = 'maximum') DESC, f.cut_date DESC, f.id DESC, c.id
