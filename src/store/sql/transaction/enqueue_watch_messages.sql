-- One message for every live watch that some change after a position is of. $1 position.
WITH fresh AS MATERIALIZED (
    SELECT position, kind, expediente, consecutive, market, recorded_at FROM change WHERE position > $1
), bounds AS (
    SELECT max(position) AS until_position, max(recorded_at) AS at FROM fresh
), everything AS (
    SELECT w.id, f.positions, f.changes FROM watch w
    CROSS JOIN LATERAL (
        SELECT (array_agg(position ORDER BY position))[1:100] AS positions, count(*) AS changes FROM fresh
        WHERE cardinality(w.kinds) = 0 OR kind = ANY(w.kinds)
    ) f
    WHERE w.state = 'active' AND w.everything AND f.changes > 0
), watched AS (
    SELECT p.watch_id, f.position, f.kind FROM watch_product p
    JOIN fresh f ON f.expediente = p.expediente AND f.consecutive = p.consecutive
    UNION
    -- The unit price of the market that the product stands in.
    SELECT p.watch_id, f.position, f.kind FROM watch_product p
    JOIN medicine m ON m.expediente = p.expediente AND m.consecutive = p.consecutive
    JOIN fresh f ON f.market = m.market
), particular AS (
    SELECT w.id, (array_agg(d.position ORDER BY d.position))[1:100] AS positions, count(*) AS changes
    FROM watched d JOIN watch w ON w.id = d.watch_id
    WHERE w.state = 'active' AND NOT w.everything AND (cardinality(w.kinds) = 0 OR d.kind = ANY(w.kinds))
    GROUP BY w.id
)
INSERT INTO watch_message (id, watch_id, kind, created_at, positions, changes, until_position)
SELECT 'msg_' || replace(gen_random_uuid()::text, '-', ''), m.id, 'change', b.at, m.positions, m.changes, b.until_position
FROM (SELECT * FROM everything UNION ALL SELECT * FROM particular) m, bounds b ORDER BY m.id
