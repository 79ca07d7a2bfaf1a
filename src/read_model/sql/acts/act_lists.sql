-- The imported lists that state something under an act, oldest first. $1 act id.
SELECT f.name, f.sha256, f.cut_date, f.recorded_at, coalesce(c.ceilings, 0) AS ceilings, coalesce(m.markets, 0) AS markets,
    least(c.valid_from, m.valid_from) AS valid_from
FROM source_file f
LEFT JOIN (SELECT source_file_id, count(DISTINCT (expediente, consecutive)) FILTER (WHERE amount IS NOT NULL) AS ceilings, min(valid_from) AS valid_from
    FROM ceiling WHERE act_id = $1 AND kind = 'maximum' GROUP BY source_file_id) c ON c.source_file_id = f.id
LEFT JOIN (SELECT source_file_id, count(DISTINCT market) FILTER (WHERE unit_price IS NOT NULL) AS markets, min(valid_from) AS valid_from
    FROM market_price WHERE act_id = $1 GROUP BY source_file_id) m ON m.source_file_id = f.id
WHERE f.ended_in IS NULL AND (c.source_file_id IS NOT NULL OR m.source_file_id IS NOT NULL)
ORDER BY f.id
