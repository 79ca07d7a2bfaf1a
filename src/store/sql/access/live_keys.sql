-- Keys of a principal that still open the door. $1 principal, $2 now.
SELECT count(*) AS live FROM api_key WHERE principal_id = $1 AND revoked_at IS NULL AND expires_at > $2
