-- How much there is, and the end of the newest period reported. No parameters.
WITH reports AS (SELECT count(*) AS reports, count(*) FILTER (WHERE superseded_in IS NULL) AS verdicts, max(period_until) AS reported_until FROM sismed_row)
SELECT (SELECT count(*) FROM medicine) AS medicines,
    (SELECT count(DISTINCT (expediente, consecutive)) FROM ceiling WHERE kind = 'maximum' AND amount IS NOT NULL) AS ceilings,
    reports, verdicts, reported_until
FROM reports
