-- One petition as it stands, locked to the end of the transaction. $1 id.
SELECT p.id, p.request_digest, p.received_at, p.received_on, p.body_digest, p.due_on, p.due_citation, p.state, p.ticket_hash,
    (SELECT count(*) FROM petition_event e WHERE e.petition_id = p.id AND e.to_state = 'contested') AS contests,
    (SELECT c.due_on FROM petition_event c WHERE c.petition_id = p.id AND c.to_state = 'contested') AS second_due_on
FROM petition p WHERE p.id = $1 ORDER BY p.id FOR UPDATE
