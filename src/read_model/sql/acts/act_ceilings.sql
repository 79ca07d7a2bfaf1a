-- The ceilings of an act, per presentation as its newest list has it; an amount of NULL says that the column is not bound. $1 act id.
WITH newest AS (
    SELECT DISTINCT ON (c.expediente, c.consecutive) c.expediente, c.consecutive, c.source_file_id
    FROM ceiling c JOIN source_file f ON f.id = c.source_file_id
    WHERE c.act_id = $1 AND c.kind = 'maximum' AND f.ended_in IS NULL
    ORDER BY c.expediente, c.consecutive, f.cut_date DESC NULLS LAST, f.id DESC
)
-- Of two prices in one list the one that binds: none, or the higher.
SELECT c.expediente, c.consecutive, c.column_code, CASE WHEN count(*) = count(c.amount) THEN max(c.amount) END AS amount, min(c.description) AS description
FROM newest n JOIN ceiling c USING (source_file_id, expediente, consecutive)
WHERE c.act_id = $1 AND c.kind = 'maximum'
GROUP BY c.expediente, c.consecutive, c.column_code
ORDER BY c.expediente, c.consecutive, c.column_code
