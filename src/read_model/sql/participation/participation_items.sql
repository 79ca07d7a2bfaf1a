-- Everything that people sent and that has a term.
SELECT i.kind, i.id, i.received_on, i.due_on, i.state, i.answered_on, i.disposition, i.contested, c.due_on AS second_due_on,
    a.answered_on AS second_answered_on
FROM participation_item i
LEFT JOIN petition_event c ON i.kind = 'petition' AND c.petition_id = i.id AND c.to_state = 'contested'
LEFT JOIN petition_answer a ON a.petition_id = c.petition_id AND a.ordinal = 2
ORDER BY i.kind COLLATE "C", i.id COLLATE "C"
