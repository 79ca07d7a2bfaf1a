-- Everything that people sent and that has a term: petitions, and reports of prices with a question.
SELECT i.kind, i.id, i.received_on, i.due_on, i.state, i.answered_on, i.disposition, i.contested
FROM (SELECT v.kind, v.id, v.received_on, v.due_on, v.state, v.answered_on, v.disposition, v.contested FROM participation_item v
    UNION ALL
    SELECT 'price_report', p.id, p.received_on, p.due_on, p.state, p.answered_on, p.disposition, false FROM price_report p WHERE p.due_on IS NOT NULL) i
ORDER BY i.kind COLLATE "C", i.id COLLATE "C"
