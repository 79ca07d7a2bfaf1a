-- A new draft. $1 id, $2 act id, $3 title, $4 issued on, $5 published in, $6 valid from, $7 subject es, $8 subject en, $9 source,
-- $10 supersedes, $11 reason, $12 digest, $13 drafter, $14 instant.
INSERT INTO act_draft (id, act_id, title, issued_on, published_in, valid_from, subject_es, subject_en, source, supersedes, reason,
    content_digest, drafted_by, drafted_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
