-- Whose a key is, if it is alive. $1 id, $2 now.
SELECT principal_id FROM api_key WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2
