-- Takes the one answer of a sign-in that is still on its way. $1 HMAC, $2 now, $3 begun at this instant or later.
UPDATE sign_in_attempt SET used_at = $2 WHERE mac = $1 AND used_at IS NULL AND begun_at >= $3
RETURNING begun_at, is_fresh, language, back, saved
