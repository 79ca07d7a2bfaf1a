-- The newest key that opens for somebody whom a provider knows, with its principal. $1 issuer, $2 subject, $3 now, $4 pepper.
SELECT k.id, k.principal_id, k.kind, k.scopes, k.pepper_id, k.mac, k.expires_at, k.revoked_at, k.given_to, k.last_used_on, false AS pending, p.name, p.nit
FROM external_identity i JOIN api_key k ON k.id = i.key_id JOIN principal p ON p.id = k.principal_id
WHERE i.issuer = $1 AND i.subject = $2 AND k.revoked_at IS NULL AND k.expires_at > $3 AND k.pepper_id = $4
    AND (NOT k.needs_confirmation OR k.confirmed_at IS NOT NULL)
ORDER BY k.created_at DESC, k.id LIMIT 1
