-- A reply; its folded digest is set by the database. $1 id, $2 draft, $3 instant, $4 day, $5 principal, $6 disposition, $7 text, $8 the same in English, $9 whose reason it repeats.
INSERT INTO consultation_reply (id, draft_id, at, replied_on, replied_by, disposition, text_es, text_en, same_reason_as, folded_digest)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')
