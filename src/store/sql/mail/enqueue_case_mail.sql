-- A message to everybody who holds a living key of a seller and confirmed an address. The same a second time is none.
-- $1 the seller's NIT, $2 kind, $3 case, $4 version, $5 detail, $6 now.
INSERT INTO mail_message (principal_id, kind, subject, version, detail, created_at, next_at)
SELECT a.principal_id, $2::text, $3::text, $4::integer, $5::text, $6::timestamptz, $6::timestamptz
FROM principal p JOIN mail_address a ON a.principal_id = p.id
WHERE p.nit = $1 AND p.kind = 'reporter' AND a.confirmed_at IS NOT NULL
    AND EXISTS (SELECT FROM api_key k WHERE k.principal_id = p.id AND k.revoked_at IS NULL AND k.expires_at > $6::timestamptz)
ORDER BY a.principal_id
ON CONFLICT (principal_id, kind, subject, version) DO NOTHING
