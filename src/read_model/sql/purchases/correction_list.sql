-- Corrections in order of id. $1 purchase or null, $2 state or null, $3 after this id or null, $4 limit.
SELECT c.id, c.purchase_id, c.received_at, c.received_on, c.language, c.sender, c.body, c.expediente, c.consecutive, c.due_on, c.due_citation, c.state,
    a.answered_on, a.disposition, a.text_es, a.text_en
FROM purchase_correction c LEFT JOIN purchase_correction_answer a ON a.correction_id = c.id
WHERE ($1::bigint IS NULL OR c.purchase_id = $1::bigint) AND ($2::text IS NULL OR c.state = $2::text)
    AND ($3::text IS NULL OR c.id > $3::text COLLATE "C")
ORDER BY c.id LIMIT $4::bigint
