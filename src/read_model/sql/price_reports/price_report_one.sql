-- What everybody may know of a report: nothing of its content. $1 id.
SELECT p.id, p.received_on, p.state, p.due_on, p.due_citation, p.disposition, p.answered_on,
    (SELECT max(c.day) FROM price_report_confirmation c WHERE c.report_id = p.id) AS confirmed_on
FROM price_report p WHERE p.id = $1 ORDER BY p.id
