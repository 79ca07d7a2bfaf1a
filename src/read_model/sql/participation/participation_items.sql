-- Everything that people sent and that has a term.
SELECT i.kind, i.id, i.received_on, i.due_on, i.state, i.answered_on, i.disposition, i.contested
FROM participation_item i ORDER BY i.kind COLLATE "C", i.id COLLATE "C"
