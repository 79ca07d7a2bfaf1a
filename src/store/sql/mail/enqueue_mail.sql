-- A message to one person, if they have a confirmed address or are asked to confirm it. The same a second time is none.
-- $1 principal, $2 kind, $3 subject, $4 version, $5 detail, $6 now.
INSERT INTO mail_message (principal_id, kind, subject, version, detail, created_at, next_at)
SELECT a.principal_id, $2::text, $3::text, $4::integer, $5::text, $6::timestamptz, $6::timestamptz
FROM mail_address a WHERE a.principal_id = $1 AND (a.confirmed_at IS NOT NULL OR $2::text = 'confirm_address')
ORDER BY a.principal_id
ON CONFLICT (principal_id, kind, subject, version) DO NOTHING
