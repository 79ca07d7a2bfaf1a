-- The verdicts that an import brought, counted: of its own reports, of those that count again by it, and of those that were judged again.
-- $1 the import.
SELECT coalesce(c.verdict, j.judged::text) AS verdict, sum(j.reports)::bigint AS reports
FROM (
    SELECT judged, count(*) AS reports FROM sismed_row WHERE part IN (0, $1) AND source_file_id = $1 AND recorded_in IS NULL GROUP BY judged
    UNION ALL
    SELECT judged, count(*) FROM sismed_row
    WHERE part = 0 AND id >= $1::bigint << 32 AND id < ($1::bigint + 1) << 32 AND recorded_in = $1 GROUP BY judged
    UNION ALL
    SELECT judged, count(*) FROM reassessment WHERE recorded_in = $1 GROUP BY judged
) j
LEFT JOIN judgement_code c ON c.code = j.judged
GROUP BY 1 ORDER BY coalesce(c.verdict, j.judged::text) COLLATE "C"
