-- The name of a regulator who can be given cases: one whose key opens them now. $1 principal, $2 now.
SELECT p.name FROM principal p
WHERE p.id = $1 AND p.kind = 'regulator' AND EXISTS (
    SELECT FROM api_key k
    WHERE k.principal_id = p.id AND k.revoked_at IS NULL AND k.expires_at > $2 AND (NOT k.needs_confirmation OR k.confirmed_at IS NOT NULL)
        AND k.scopes && ARRAY['cases:review', 'cases:confirm'])
