-- The answer to a correction. $1 correction, $2 instant, $3 day, $4 who, $5 disposition, $6 Spanish, $7 English or null.
INSERT INTO purchase_correction_answer (correction_id, at, answered_on, answered_by, disposition, text_es, text_en)
VALUES ($1, $2, $3, $4, $5, $6, $7)
