-- Everything that happened to drafts, oldest first: contributions and decisions. $1 ids.
SELECT s.draft_id, s.step, s.principal_id, p.name, s.at, s.digest, s.reason
FROM (
    SELECT draft_id, contribution AS step, principal_id, at, digest_after AS digest, NULL::text AS reason, recorded_at, 0 AS kind, number
    FROM act_draft_contributor WHERE draft_id = ANY($1::text[])
    UNION ALL
    SELECT draft_id, decision, principal_id, at, digest, reason, recorded_at, 1, number FROM act_draft_decision WHERE draft_id = ANY($1::text[])
) s LEFT JOIN principal p ON p.id = s.principal_id
ORDER BY s.draft_id, s.recorded_at, s.kind, s.number
