-- A key to confirm; locked until the commit. $1 id, $2 now.
SELECT k.id, k.principal_id, k.kind, k.created_at, k.expires_at, k.created_by, p.name,
    k.needs_confirmation AND k.confirmed_at IS NULL AND k.revoked_at IS NULL AND k.expires_at > $2 AS waits
FROM api_key k JOIN principal p ON p.id = k.principal_id WHERE k.id = $1 FOR NO KEY UPDATE OF k
