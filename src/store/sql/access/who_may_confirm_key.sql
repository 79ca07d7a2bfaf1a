-- Who may confirm a key: regulators who approve, and operators to whom its maker's keys do not go back and whose keys do not go back to its maker;
-- never its holder or its maker. $1 key, $2 now, $3 pepper.
WITH RECURSIVE descent (principal_id, maker) AS (
    SELECT principal_id, created_by FROM api_key WHERE kind = 'operator' AND created_by IS NOT NULL
    UNION
    SELECT d.principal_id, k.created_by FROM descent d JOIN api_key k ON k.principal_id = d.maker WHERE k.created_by IS NOT NULL
)
SELECT DISTINCT k.principal_id
FROM api_key k CROSS JOIN (SELECT principal_id AS holder, created_by AS maker FROM api_key WHERE id = $1) p
WHERE k.revoked_at IS NULL AND k.expires_at > $2 AND k.pepper_id = $3 AND k.mac IS NOT NULL AND (NOT k.needs_confirmation OR k.confirmed_at IS NOT NULL)
    AND k.principal_id <> p.holder AND k.principal_id IS DISTINCT FROM p.maker
    AND ((k.kind = 'regulator' AND 'acts:approve' = ANY(k.scopes))
        OR (k.kind = 'operator' AND 'keys:admin' = ANY(k.scopes) AND NOT EXISTS (SELECT FROM descent d
            WHERE (d.principal_id = k.principal_id AND d.maker = p.maker) OR (d.principal_id = p.maker AND d.maker = k.principal_id))))
ORDER BY k.principal_id
