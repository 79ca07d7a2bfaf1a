-- One report with its content, locked to the end of the transaction. $1 id.
SELECT p.id, p.received_on, p.request_mac, p.cum, p.typed, p.amount, p.per, p.bought_on, p.municipality, p.question, p.content_digest, p.ticket_hash,
    p.due_on, p.due_citation, p.state, p.usable_since, p.disposition, p.answered_on, p.answer_es, p.answer_en,
    (SELECT max(c.day) FROM price_report_confirmation c WHERE c.report_id = p.id) AS confirmed_on
FROM price_report p WHERE p.id = $1 ORDER BY p.id FOR UPDATE
