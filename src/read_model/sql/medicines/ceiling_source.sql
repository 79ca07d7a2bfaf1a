-- The rows of one list that state a ceiling: more than one where it states two prices. $1 source file, $2 expediente, $3 consecutive, $4 column.
SELECT f.name, f.sha256, c.sheet, c.line, c.amount, c.margin FROM ceiling c JOIN source_file f ON f.id = c.source_file_id
WHERE c.source_file_id = $1 AND c.expediente = $2 AND c.consecutive = $3 AND c.column_code = $4 AND c.kind = 'maximum'
ORDER BY c.id
