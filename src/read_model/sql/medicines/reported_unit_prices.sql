-- Sales per dispensing unit in each registration's newest month. $1 expedientes, $2 channel.
SELECT DISTINCT ON (r.expediente) r.expediente, r.period_from, sum(r.value) AS value, sum(r.units) AS units
FROM sismed_report r
WHERE r.expediente = ANY($1::integer[]) AND r.operation = 'VN' AND r.unit = 'C' AND r.value IS NOT NULL AND r.units IS NOT NULL AND r.superseded_in IS NULL
    AND r.transaction = ANY(CASE $2::text WHEN 'commercial' THEN ARRAY[2, 4] ELSE ARRAY[1, 3, 5] END)
GROUP BY r.expediente, r.period_from, r.period_until ORDER BY r.expediente, r.period_from DESC
