-- What an act states, per presentation as its newest list has it; columns without a ceiling left out. $1 act id.
WITH newest AS (
    SELECT DISTINCT ON (c.expediente, c.consecutive) c.expediente, c.consecutive, c.source_file_id
    FROM ceiling c JOIN source_file f ON f.id = c.source_file_id
    WHERE c.act_id = $1 AND c.kind = 'maximum'
    ORDER BY c.expediente, c.consecutive, f.cut_date DESC NULLS LAST, f.id DESC
)
-- Of two prices in one list the one that binds: none, or the higher.
SELECT c.expediente, c.consecutive, c.column_code, max(c.amount) AS amount
FROM newest n JOIN ceiling c USING (source_file_id, expediente, consecutive)
WHERE c.act_id = $1 AND c.kind = 'maximum'
GROUP BY c.expediente, c.consecutive, c.column_code HAVING count(*) = count(c.amount)
ORDER BY c.expediente, c.consecutive, c.column_code
