-- The living sessions of a principal, the newest first. $1 principal, $2 now, $3 used since.
SELECT s.id, s.agent, s.begun_at, s.seen_at, s.ends_at
FROM browser_session s JOIN api_key k ON k.id = s.key_id
WHERE k.principal_id = $1 AND s.ended_at IS NULL AND s.ends_at > $2 AND s.seen_at > $3 AND k.revoked_at IS NULL AND k.expires_at > $2
ORDER BY s.begun_at DESC, s.id
