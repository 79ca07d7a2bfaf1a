-- A draft, held until the transaction ends. $1 id.
SELECT id, act_id, title, issued_on, published_in, valid_from, subject_es, subject_en, source, supersedes, reason, state, content_digest,
    drafted_by, approved_by, withdrawal_proposed_by
FROM act_draft WHERE id = $1 FOR UPDATE
