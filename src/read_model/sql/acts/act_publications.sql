-- The publications of an act here, oldest first. $1 act id.
SELECT p.version, p.draft_id, p.valid_from, p.published_at, p.content_digest, p.no_consultation_reason,
    EXISTS (SELECT FROM consultation c WHERE c.draft_id = p.draft_id) AS consulted,
    EXISTS (SELECT FROM act_draft_of_recent_keys r WHERE r.draft_id = p.draft_id) AS recent_keys
FROM act_publication p WHERE p.act_id = $1 ORDER BY p.version
