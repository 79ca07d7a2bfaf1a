-- The newest messages to a person. $1 principal, $2 at most.
SELECT id, kind, subject, detail, created_at, attempts, next_at, ended_at, outcome
FROM mail_message WHERE principal_id = $1 ORDER BY id DESC LIMIT $2
