-- A correction as it was received. $1 id, $2 purchase, $3 digest of the request, $4 instant, $5 day, $6 language, $7 sender, $8 words, $9 their digest,
-- $10 and $11 product or null, $12 hash of the ticket, $13 last day of the term, $14 citation.
INSERT INTO purchase_correction (id, purchase_id, request_digest, received_at, received_on, language, sender, body, body_digest, expediente, consecutive, ticket_hash,
    due_on, due_citation)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
