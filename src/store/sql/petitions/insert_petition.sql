-- A petition as it was received. $1 id, $2 digest of the request, $3 instant, $4 day, $5 language, $6 subject, $7 target, $8 request, $9 reasons,
-- $10 digest of the words, $11 hash of the ticket, $12 last day of the term, $13 citation.
INSERT INTO petition (id, request_digest, received_at, received_on, language, subject, target, request, reasons, body_digest, ticket_hash, due_on, due_citation)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
