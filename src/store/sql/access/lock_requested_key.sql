-- A key that was requested, for its owner who takes it; locked until the commit. $1 id, $2 now, $3 requested after this.
SELECT k.id, k.principal_id, k.kind, k.expires_at, k.created_by, k.taken_at, p.name, k.needs_confirmation AND k.confirmed_at IS NULL AS pending,
    k.mac IS NULL AND k.revoked_at IS NULL AND k.expires_at > $2 AND k.created_at > $3 AS waits
FROM api_key k JOIN principal p ON p.id = k.principal_id WHERE k.id = $1 FOR NO KEY UPDATE OF k
