-- A report as it was received. $1 id, $2 day, $3 language, $4 keyed digest of the request, $5 CUM or null, $6 text or null, $7 amount, $8 unit,
-- $9 day of purchase, $10 municipality, $11 question or null, $12 contributor, $13 digest of the content, $14 hash of the ticket, $15 last day of
-- the term or null, $16 citation or null.
INSERT INTO price_report (id, received_on, language, request_mac, cum, typed, amount, per, bought_on, municipality, question, contributor, content_digest,
    ticket_hash, due_on, due_citation)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
