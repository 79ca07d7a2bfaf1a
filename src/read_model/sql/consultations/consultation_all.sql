-- Consultations in order of draft, with what was sent to each. $1 draft or null.
SELECT c.draft_id, d.act_id, d.title, d.subject_es, d.subject_en, d.valid_from, d.state AS draft_state, c.opened_on,
    consultation_closes_on(c.draft_id) AS closes_on, c.length_reason,
    (SELECT max(v.version) FROM consultation_version v WHERE v.draft_id = c.draft_id) AS version,
    n.comments, n.arguments, n.without_reply, n.withheld, n.withdrawn,
    (SELECT count(*) FROM consultation_reply r WHERE r.draft_id = c.draft_id) AS replies
FROM consultation c JOIN act_draft d ON d.id = c.draft_id CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE k.state = 'published') AS comments,
        count(DISTINCT k.folded_digest) FILTER (WHERE k.state = 'published') AS arguments,
        count(*) FILTER (WHERE k.state = 'published' AND o.comment_id IS NULL) AS without_reply,
        count(*) FILTER (WHERE k.state = 'withheld') AS withheld, count(*) FILTER (WHERE k.state = 'withdrawn') AS withdrawn
    FROM consultation_comment k LEFT JOIN consultation_reply_comment o ON o.comment_id = k.id WHERE k.draft_id = c.draft_id) n
WHERE $1::text IS NULL OR c.draft_id = $1 ORDER BY c.draft_id
