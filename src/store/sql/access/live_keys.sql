-- Keys of a principal that still open the door or that its owner may still take: of those that a provider's person has (true), or of all others (false). $1 principal, $2 now, $3 which.
SELECT count(*) AS live FROM api_key k
WHERE k.principal_id = $1 AND k.revoked_at IS NULL AND k.expires_at > $2
    AND (k.mac IS NOT NULL OR k.created_at > $2::timestamptz - interval '7 days')
    AND EXISTS (SELECT FROM external_identity i WHERE i.key_id = k.id) = $3
