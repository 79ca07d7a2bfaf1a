-- Lists that name every market, with the day their newest act took effect. $1 newest import known, or null.
SELECT f.name, f.cut_date, max(m.valid_from) AS complete_from
FROM source_file f JOIN market_price m ON m.source_file_id = f.id
WHERE f.kind = 'ceilings' AND ($1::bigint IS NULL OR f.id <= $1) AND f.cut_date IS NOT NULL
GROUP BY f.id, f.name, f.cut_date ORDER BY f.cut_date, f.id
