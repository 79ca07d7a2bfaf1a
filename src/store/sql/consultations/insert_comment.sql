-- A comment on a line; its folded digest is set by the database. $1 id, $2 request digest, $3 draft, $4 version, $5 part, $6 key, $7 field, $8 instant, $9 day, $10 language, $11 kind,
-- $12 text, $13 proposed value, $14 on behalf of, $15 whether an interest is declared, $16 digest of the words, $17 ticket's hash, $18 last day of the term, $19 its law.
INSERT INTO consultation_comment (id, request_digest, draft_id, version, part, key, field, received_at, received_on, language, kind, text, proposed_value,
    on_behalf_of, interest_declared, body_digest, folded_digest, ticket_hash, due_on, due_citation)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, '', $17, $18, $19)
