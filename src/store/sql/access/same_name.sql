-- Somebody of this name and kind who has a living key. $1 kind, $2 name, $3 now.
SELECT p.id FROM principal p
WHERE p.kind = $1 AND lower(p.name) = lower($2) AND EXISTS (SELECT FROM api_key k WHERE k.principal_id = p.id AND k.revoked_at IS NULL AND k.expires_at > $3)
ORDER BY p.id LIMIT 1
