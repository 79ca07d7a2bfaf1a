-- How a new list of ceilings differs from the one in force, of the places that both state. $1 the new file, $2 the one in force.
WITH newer AS (
    SELECT expediente, consecutive, column_code, max(amount) AS amount, min(act_id) AS act_id, count(*) AS times
    FROM ceiling WHERE source_file_id = $1 AND kind = 'maximum' GROUP BY expediente, consecutive, column_code
), older AS (
    SELECT expediente, consecutive, column_code, max(amount) AS amount, count(*) AS times
    FROM ceiling WHERE source_file_id = $2 AND kind = 'maximum' GROUP BY expediente, consecutive, column_code
), acts AS (
    SELECT DISTINCT act_id FROM ceiling WHERE source_file_id = $2
), pairs AS (
    SELECT n.amount, o.amount AS before, n.act_id IN (SELECT act_id FROM acts) AS known_act
    FROM newer n JOIN older o USING (expediente, consecutive, column_code) WHERE n.amount IS NOT NULL AND o.amount IS NOT NULL
)
SELECT count(*) AS compared, count(*) FILTER (WHERE amount <> before AND known_act) AS changed,
    count(*) FILTER (WHERE amount >= 5 * before) AS raised, count(*) FILTER (WHERE 5 * amount <= before) AS lowered,
    (SELECT count(*) FROM newer WHERE times > 1) AS repeated, (SELECT count(*) FROM older WHERE times > 1) AS repeated_before
FROM pairs
