-- A key with its principal. $1 key id.
SELECT k.id, k.principal_id, k.kind, k.scopes, k.pepper_id, k.mac, k.expires_at, k.revoked_at, k.given_to, k.last_used_on,
    k.needs_confirmation AND k.confirmed_at IS NULL AS pending, p.name, p.nit
FROM api_key k JOIN principal p ON p.id = k.principal_id WHERE k.id = $1
