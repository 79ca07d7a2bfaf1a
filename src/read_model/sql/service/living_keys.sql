-- The living keys of a principal, with who made and who confirmed each, oldest first. $1 principal, $2 now.
SELECT k.id, k.created_at, k.expires_at, k.created_by, m.name AS created_by_name, k.needs_confirmation, k.confirmed_at, k.confirmed_by,
    c.name AS confirmed_by_name
FROM api_key k LEFT JOIN principal m ON m.id = k.created_by LEFT JOIN principal c ON c.id = k.confirmed_by
WHERE k.principal_id = $1 AND k.revoked_at IS NULL AND k.expires_at > $2
ORDER BY k.created_at, k.id
