-- The newest changes first.
-- $1 after this position, $2 not before this instant or null, $3 kind or null, $4 expediente or null, $5 consecutive, $6 limit.
WITH since AS (
    -- Instants grow with positions.
    SELECT coalesce((SELECT position FROM change WHERE recorded_at >= $2 ORDER BY recorded_at, position LIMIT 1), 9223372036854775807) AS position
), picked AS MATERIALIZED (
    (SELECT position FROM change WHERE $4::integer IS NULL
        AND position > $1 AND ($3::text IS NULL OR kind = $3) AND ($2::timestamptz IS NULL OR position >= (SELECT position FROM since))
        ORDER BY position DESC LIMIT $6)
    UNION ALL
    (SELECT position FROM change WHERE expediente = $4 AND consecutive = $5
        AND position > $1 AND ($3::text IS NULL OR kind = $3) AND ($2::timestamptz IS NULL OR position >= (SELECT position FROM since))
        ORDER BY position DESC LIMIT $6)
    UNION ALL
    -- The unit price of the market that it stands in.
    (SELECT position FROM change WHERE market = (SELECT market FROM medicine WHERE expediente = $4 AND consecutive = $5)
        AND position > $1 AND ($3::text IS NULL OR kind = $3) AND ($2::timestamptz IS NULL OR position >= (SELECT position FROM since))
        ORDER BY position DESC LIMIT $6)
)
SELECT c.position, c.key, c.kind, c.reason, c.expediente, c.consecutive, c.market, m.brand AS product, c.act_id, c.recorded_in, c.recorded_at, b.after AS before, c.after
FROM picked JOIN change c ON c.position = picked.position
LEFT JOIN change b ON b.position = c.before_position
LEFT JOIN medicine m ON m.expediente = c.expediente AND m.consecutive = c.consecutive
ORDER BY c.position DESC LIMIT $6
