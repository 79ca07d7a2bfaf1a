-- Every session of a principal that has not ended. $1 principal, $2 now.
UPDATE browser_session s SET ended_at = $2, ended_reason = 'all'
FROM api_key k WHERE k.id = s.key_id AND k.principal_id = $1 AND s.ended_at IS NULL AND s.ends_at > $2
