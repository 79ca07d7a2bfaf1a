-- Lists that name every market, with the day their newest act took effect. $1 newest import known, or null.
SELECT f.name, f.cut_date, max(m.valid_from) AS complete_from
FROM source_file f JOIN market_price m ON m.source_file_id = f.id
WHERE f.kind = 'ceilings' AND counts_at(f.id, f.ended_in, $1::bigint) AND f.cut_date IS NOT NULL
GROUP BY f.id, f.name, f.cut_date ORDER BY f.cut_date, f.id
