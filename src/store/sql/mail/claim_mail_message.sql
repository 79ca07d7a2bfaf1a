-- Takes the message that is due longest into hand, which is one of its tries; no other service sends it meanwhile. $1 now, $2 milliseconds in hand.
UPDATE mail_message m
SET attempts = m.attempts + 1, held_until = $1::timestamptz + $2::bigint * interval '1 millisecond'
FROM (
    SELECT d.id FROM mail_message d
    WHERE d.ended_at IS NULL AND d.next_at <= $1::timestamptz AND (d.held_until IS NULL OR d.held_until <= $1::timestamptz)
    ORDER BY d.next_at, d.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
) due
WHERE m.id = due.id
RETURNING m.id, m.principal_id, m.kind, m.subject, m.detail, m.created_at, m.attempts, m.held_until,
    (SELECT a.address FROM mail_address a WHERE a.principal_id = m.principal_id
        AND (a.confirmed_at IS NOT NULL OR m.kind = 'confirm_address')) AS address,
    (SELECT a.entered_at FROM mail_address a WHERE a.principal_id = m.principal_id) AS entered_at
