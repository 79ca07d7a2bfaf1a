-- One correction as it stands, locked to the end of the transaction. $1 id.
SELECT c.id, c.request_digest, c.received_at, c.body_digest, c.due_on, c.due_citation, c.state, c.ticket_hash
FROM purchase_correction c WHERE c.id = $1 ORDER BY c.id FOR UPDATE
