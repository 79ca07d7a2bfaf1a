-- Every key, without its secret; with the person of a provider for whom it stands.
SELECT k.id, k.principal_id, k.kind, k.scopes, k.created_at, k.expires_at, k.revoked_at, k.needs_confirmation AND k.confirmed_at IS NULL AS pending,
    k.created_by, k.confirmed_at, k.confirmed_by, p.name, p.nit, i.issuer, i.subject
FROM api_key k JOIN principal p ON p.id = k.principal_id LEFT JOIN external_identity i ON i.key_id = k.id ORDER BY k.created_at, k.id
