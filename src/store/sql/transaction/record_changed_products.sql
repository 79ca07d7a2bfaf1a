-- Records every product that differs from its last recorded state. $1 the import, or null.
WITH head AS MATERIALIZED (
    SELECT coalesce(max(position), 0) AS last, greatest(clock_timestamp(), max(recorded_at)) AS at
    FROM (SELECT position, recorded_at FROM change ORDER BY position DESC LIMIT 1) newest
), now AS (
    SELECT 'product:' || m.expediente || '-' || m.consecutive AS key, m.expediente, m.consecutive, md5(m::text)::uuid AS digest FROM medicine m
), recorded AS (
    SELECT key, position, digest FROM change_head WHERE key >= 'product:' AND key < 'product;'
), differing AS (
    SELECT key, n.digest, t.position AS before_position,
        coalesce(n.expediente, split_part(substr(key, 9), '-', 1)::integer) AS expediente,
        coalesce(n.consecutive, split_part(substr(key, 9), '-', 2)::integer) AS consecutive,
        CASE WHEN t.position IS NULL THEN 'first_listing' WHEN t.digest IS NULL THEN 'relisted' WHEN n.digest IS NULL THEN 'delisted'
            ELSE 'updated' END AS reason
    FROM now n FULL JOIN recorded t USING (key)
    WHERE n.digest IS DISTINCT FROM t.digest
), numbered AS MATERIALIZED (
    SELECT d.*, head.last + row_number() OVER (ORDER BY d.expediente, d.consecutive) AS position, head.at FROM differing d, head
), written AS (
    INSERT INTO change (position, key, kind, reason, expediente, consecutive, after, before_position, recorded_in, recorded_at)
    SELECT n.position, n.key, 'product', n.reason, n.expediente, n.consecutive,
        -- The whole row but its key; numbers as texts, without trailing zeros.
        CASE WHEN m.expediente IS NOT NULL THEN to_jsonb(m) - ARRAY['expediente', 'consecutive'] || jsonb_build_object(
            'dispensing_units', trim_scale(m.dispensing_units)::text, 'regulated_units', trim_scale(m.regulated_units)::text) END,
        n.before_position, $1::bigint, n.at
    FROM numbered n LEFT JOIN medicine m ON m.expediente = n.expediente AND m.consecutive = n.consecutive
    ORDER BY n.position
)
INSERT INTO change_head (key, position, digest) SELECT key, position, digest FROM numbered
ON CONFLICT (key) DO UPDATE SET position = excluded.position, digest = excluded.digest
