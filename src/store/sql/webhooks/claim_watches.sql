-- Claims watches with something to send (the challenge, or messages) for some time. The claim of a service that dies ends with that time. An owner without
-- a living key gets nothing; no host and no holder has more than a few at once, so that one silent receiver does not hold up the others.
-- An import under way, which refers to the watch, does not stand in the way. $1 milliseconds, $2 at most, $3 now, $4 at most of a host, $5 of a holder.
WITH held AS MATERIALIZED (
    SELECT host, coalesce(holder, principal_id) AS holder FROM watch WHERE held_until > clock_timestamp()
), of_hosts AS (
    SELECT host, count(*) AS held FROM held GROUP BY host
), of_holders AS (
    SELECT holder, count(*) AS held FROM held GROUP BY holder
), due AS (
    SELECT w.id, w.next_attempt_at, w.host, coalesce(w.holder, w.principal_id) AS holder FROM watch w
    WHERE w.state = 'active' AND w.next_attempt_at <= clock_timestamp() AND (w.held_until IS NULL OR w.held_until <= clock_timestamp())
        AND (w.confirmed_at IS NULL OR EXISTS (SELECT FROM watch_message m WHERE m.watch_id = w.id AND m.state = 'pending'))
        AND EXISTS (SELECT FROM api_key k WHERE k.principal_id = w.principal_id AND k.revoked_at IS NULL AND k.expires_at > $3
            AND (NOT k.needs_confirmation OR k.confirmed_at IS NOT NULL))
), ranked AS MATERIALIZED (
    SELECT d.id, d.next_attempt_at,
        coalesce(t.held, 0) + row_number() OVER (PARTITION BY d.host ORDER BY d.next_attempt_at, d.id) AS of_host,
        coalesce(o.held, 0) + row_number() OVER (PARTITION BY d.holder ORDER BY d.next_attempt_at, d.id) AS of_holder
    FROM due d LEFT JOIN of_hosts t ON t.host = d.host LEFT JOIN of_holders o ON o.holder = d.holder
)
UPDATE watch SET held_until = clock_timestamp() + $1::bigint * interval '1 millisecond'
WHERE id IN (
    SELECT w.id FROM ranked r JOIN watch w ON w.id = r.id
    WHERE r.of_host <= $4::bigint AND r.of_holder <= $5::bigint
        AND w.state = 'active' AND w.next_attempt_at <= clock_timestamp() AND (w.held_until IS NULL OR w.held_until <= clock_timestamp())
    ORDER BY r.next_attempt_at, w.id LIMIT $2 FOR NO KEY UPDATE OF w SKIP LOCKED
)
RETURNING id, held_until, confirmed_at IS NOT NULL AS confirmed
