-- Pauses watches whose owner has no living key any more, and drops what waits for them. $1 now, $2 why.
WITH paused AS (
    UPDATE watch w SET state = 'paused', state_reason = $2
    WHERE w.state = 'active' AND NOT EXISTS (SELECT FROM api_key k WHERE k.principal_id = w.principal_id AND k.revoked_at IS NULL AND k.expires_at > $1
        AND (NOT k.needs_confirmation OR k.confirmed_at IS NOT NULL))
    RETURNING w.id, w.principal_id
), dropped AS (
    UPDATE watch_message m SET state = 'dropped', ended_at = clock_timestamp() FROM paused WHERE m.watch_id = paused.id AND m.state = 'pending'
)
SELECT paused.id, p.kind FROM paused JOIN principal p ON p.id = paused.principal_id ORDER BY paused.id
