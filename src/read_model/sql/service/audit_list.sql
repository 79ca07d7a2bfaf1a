-- The audit log in order of position. $1 after this position or null, $2 limit.
SELECT position, at, principal_id, key_id, actor, action, subject, reason, request_id, details, previous_hash, hash
FROM audit_entry WHERE $1::bigint IS NULL OR position > $1 ORDER BY position LIMIT $2
