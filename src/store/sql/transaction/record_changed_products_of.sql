-- The same for some products, none of which was removed. $1 the import, $2 expedientes, $3 consecutives (in parallel).
WITH head AS MATERIALIZED (
    SELECT coalesce(max(position), 0) AS last, greatest(clock_timestamp(), max(recorded_at)) AS at
    FROM (SELECT position, recorded_at FROM change ORDER BY position DESC LIMIT 1) newest
), now AS (
    SELECT 'product:' || m.expediente || '-' || m.consecutive AS key, m.expediente, m.consecutive, md5(m::text)::uuid AS digest
    FROM unnest($2::integer[], $3::integer[]) AS c (expediente, consecutive)
    JOIN medicine m ON m.expediente = c.expediente AND m.consecutive = c.consecutive
), differing AS (
    SELECT n.key, n.digest, t.position AS before_position, n.expediente, n.consecutive,
        CASE WHEN t.position IS NULL THEN 'first_listing' WHEN t.digest IS NULL THEN 'relisted' ELSE 'updated' END AS reason
    FROM now n LEFT JOIN change_head t ON t.key = n.key
    WHERE n.digest IS DISTINCT FROM t.digest
), numbered AS MATERIALIZED (
    SELECT d.*, head.last + row_number() OVER (ORDER BY d.expediente, d.consecutive) AS position, head.at FROM differing d, head
), written AS (
    INSERT INTO change (position, key, kind, reason, expediente, consecutive, after, before_position, recorded_in, recorded_at)
    SELECT n.position, n.key, 'product', n.reason, n.expediente, n.consecutive,
        -- The whole row but its key; numbers as texts, without trailing zeros.
        to_jsonb(m) - ARRAY['expediente', 'consecutive'] || jsonb_build_object(
            'dispensing_units', trim_scale(m.dispensing_units)::text, 'regulated_units', trim_scale(m.regulated_units)::text),
        n.before_position, $1::bigint, n.at
    FROM numbered n JOIN medicine m ON m.expediente = n.expediente AND m.consecutive = n.consecutive
    ORDER BY n.position
)
INSERT INTO change_head (key, position, digest) SELECT key, position, digest FROM numbered
ON CONFLICT (key) DO UPDATE SET position = excluded.position, digest = excluded.digest
