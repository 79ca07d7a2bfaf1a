-- Other principals who are this person of a provider. $1 issuer, $2 subject, $3 now, $4 principal.
SELECT DISTINCT k.principal_id
FROM external_identity i JOIN api_key k ON k.id = i.key_id
WHERE i.issuer = $1 AND i.subject = $2 AND k.revoked_at IS NULL AND k.expires_at > $3 AND k.principal_id <> $4
ORDER BY k.principal_id
