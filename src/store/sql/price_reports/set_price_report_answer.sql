-- The answer to a report. $1 id, $2 disposition, $3 day, $4 who, $5 Spanish, $6 English or null.
UPDATE price_report SET disposition = $2, answered_on = $3, answered_by = $4, answer_es = $5, answer_en = $6 WHERE id = $1
