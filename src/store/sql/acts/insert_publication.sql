-- $1 import, $2 act id, $3 version, $4 draft, $5 publisher, $6 instant, $7 why there was no consultation or null; the rest stands in the draft.
INSERT INTO act_publication (source_file_id, act_id, version, draft_id, valid_from, supersedes, title, issued_on, published_in, subject_es, subject_en,
    source, content_digest, published_by, published_at, no_consultation_reason)
SELECT $1, $2, $3, id, valid_from, supersedes, title, issued_on, published_in, subject_es, subject_en, source, content_digest, $5, $6, $7
FROM act_draft WHERE id = $4
