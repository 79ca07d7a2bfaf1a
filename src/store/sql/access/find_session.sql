-- A session by what its cookie holds, with its key as it is now, and its principal. $1 HMAC.
SELECT s.id AS session_id, s.pepper_id AS session_pepper_id, s.begun_at, s.seen_at, s.ends_at, s.ended_at,
    k.id, k.principal_id, k.kind, k.scopes, k.pepper_id, k.mac, k.expires_at, k.revoked_at, k.given_to, k.last_used_on,
    k.needs_confirmation AND k.confirmed_at IS NULL AS pending, p.name, p.nit
FROM browser_session s JOIN api_key k ON k.id = s.key_id JOIN principal p ON p.id = k.principal_id WHERE s.mac = $1
