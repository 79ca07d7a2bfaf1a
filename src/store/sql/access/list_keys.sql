-- Keys without their secrets, oldest first, with the person of a provider for whom each stands. $1 a principal whose keys are listed, or null for every
-- key, $2 with those of everybody but developers.
SELECT k.id, k.principal_id, k.kind, k.scopes, k.created_at, k.expires_at, k.revoked_at, k.needs_confirmation,
    k.needs_confirmation AND k.confirmed_at IS NULL AS pending, k.mac IS NULL AS untaken, k.taken_at, k.last_used_on, k.created_by,
    m.name AS created_by_name, k.confirmed_at, k.confirmed_by, c.name AS confirmed_by_name, p.name, p.nit, i.issuer, i.subject
FROM api_key k JOIN principal p ON p.id = k.principal_id LEFT JOIN principal m ON m.id = k.created_by LEFT JOIN principal c ON c.id = k.confirmed_by
LEFT JOIN external_identity i ON i.key_id = k.id
WHERE $1::text IS NULL OR k.principal_id = $1 OR ($2 AND k.kind <> 'developer')
ORDER BY k.created_at, k.id
