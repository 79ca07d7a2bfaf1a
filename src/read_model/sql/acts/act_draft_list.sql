-- Drafts, oldest first. $1 state or null; after the draft $2 (instant) and $3 (id), or null; $4 limit.
SELECT d.id, d.act_id, d.title, d.issued_on, d.published_in, d.valid_from, d.subject_es, d.subject_en, d.source, d.supersedes, d.reason, d.state,
    d.content_digest, dp.name AS drafted_by, d.drafted_at, ap.name AS approved_by, d.approved_at,
    pp.name AS withdrawal_proposed_by, d.withdrawal_proposed_at, wp.name AS withdrawn_by, d.withdrawn_at,
    CASE WHEN d.approved_by IS NOT NULL THEN EXISTS (SELECT FROM act_draft_of_recent_keys r WHERE r.draft_id = d.id) END AS recent_keys,
    (SELECT count(*) FROM act_draft_ceiling c WHERE c.draft_id = d.id) AS ceilings,
    (SELECT count(*) FROM act_draft_market m WHERE m.draft_id = d.id) AS markets
FROM act_draft d JOIN principal dp ON dp.id = d.drafted_by LEFT JOIN principal ap ON ap.id = d.approved_by
    LEFT JOIN principal pp ON pp.id = d.withdrawal_proposed_by LEFT JOIN principal wp ON wp.id = d.withdrawn_by
WHERE ($1::text IS NULL OR d.state = $1) AND ($2::timestamptz IS NULL OR (d.drafted_at, d.id) > ($2, $3::text))
ORDER BY d.drafted_at, d.id LIMIT $4
