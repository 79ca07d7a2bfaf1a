-- How a new list of exchange rates differs from the one in force, of the spans that both begin on the same day: what was certified does not change.
-- $1 the new file, $2 the one in force.
WITH newer AS (
    SELECT first_day, max(rate) AS rate, count(*) AS times FROM exchange_rate WHERE source_file_id = $1 GROUP BY first_day
), older AS (
    SELECT first_day, max(rate) AS rate, count(*) AS times FROM exchange_rate WHERE source_file_id = $2 GROUP BY first_day
)
SELECT count(*) AS compared, count(*) FILTER (WHERE n.rate <> o.rate) AS changed,
    count(*) FILTER (WHERE n.rate >= 5 * o.rate) AS raised, count(*) FILTER (WHERE 5 * n.rate <= o.rate) AS lowered,
    (SELECT count(*) FROM newer WHERE times > 1) AS repeated, (SELECT count(*) FROM older WHERE times > 1) AS repeated_before
FROM newer n JOIN older o USING (first_day)
