-- Rows of a submission that were not taken, in order. $1 submission, $2 after this ordinal or null, $3 limit.
SELECT ordinal, fate, line, column_name, value, rule FROM submission_fault
WHERE submission_id = $1 AND ($2::bigint IS NULL OR ordinal > $2) ORDER BY ordinal LIMIT $3
