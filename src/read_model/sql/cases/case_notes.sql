-- The notes of regulators on a case, oldest first. $1 case, $2 after this one or null, $3 limit.
SELECT n.ordinal, n.at, n.text, p.id AS author_id, p.name AS author_name
FROM case_note n JOIN principal p ON p.id = n.author_id
WHERE n.case_id = $1 AND ($2::integer IS NULL OR n.ordinal > $2)
ORDER BY n.ordinal LIMIT $3
