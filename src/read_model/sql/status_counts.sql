-- How much there is, and the end of the newest period reported. No parameters.
SELECT (SELECT count(*) FROM medicine) AS medicines,
    (SELECT count(DISTINCT (expediente, consecutive)) FROM ceiling WHERE kind = 'maximum' AND amount IS NOT NULL) AS ceilings,
    (SELECT count(*) FROM sismed_report) AS reports,
    (SELECT count(*) FROM assessment WHERE superseded_in IS NULL) AS verdicts,
    (SELECT max(period_until) FROM sismed_report) AS reported_until
