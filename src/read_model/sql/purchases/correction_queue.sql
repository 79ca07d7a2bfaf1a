-- Corrections that wait for an answer, what is due first. $1 limit.
SELECT c.id, c.purchase_id, c.received_at, c.received_on, c.language, c.sender, c.body, c.expediente, c.consecutive, c.due_on, c.due_citation, c.state,
    a.answered_on, a.disposition, a.text_es, a.text_en
FROM purchase_correction c LEFT JOIN purchase_correction_answer a ON a.correction_id = c.id
WHERE c.state = 'received' ORDER BY c.due_on, c.id LIMIT $1::bigint
