-- Its secret, once. $1 id, $2 mac, $3 now.
UPDATE api_key SET mac = $2, taken_at = $3 WHERE id = $1 AND mac IS NULL AND revoked_at IS NULL
