-- How much there is, and the end of the newest period reported. No parameters.
WITH reports AS (
    SELECT count(*) AS reports, max(period_until) AS reported_until FROM sismed_row WHERE superseded_in IS NULL
)
SELECT (SELECT count(*) FROM medicine) AS medicines,
    (SELECT count(DISTINCT (c.expediente, c.consecutive)) FROM ceiling c JOIN source_file f ON f.id = c.source_file_id
        WHERE c.kind = 'maximum' AND c.amount IS NOT NULL AND f.ended_in IS NULL) AS ceilings,
    reports, reports AS verdicts, reported_until
FROM reports
