-- Records every row of the table of ceilings that differs from its last recorded state. $1 the import, or null.
WITH head AS MATERIALIZED (
    SELECT coalesce(max(position), 0) AS last, greatest(clock_timestamp(), max(recorded_at)) AS at
    FROM (SELECT position, recorded_at FROM change ORDER BY position DESC LIMIT 1) newest
), now AS MATERIALIZED (
    SELECT *, md5(ROW(amount, per, margin_kind, margin, act_id, valid_until, ended_by)::text)::uuid AS digest FROM ceiling_table
), recorded AS MATERIALIZED (
    -- A key ends with its first day: `:2020-04-01`.
    SELECT key, position, digest, left(key, -11) AS place, right(key, 10) AS day FROM change_head WHERE key >= 'ceiling:' AND key < 'ceiling;'
), places AS (
    SELECT place, max(day) AS newest FROM recorded GROUP BY place
), differing AS (
    SELECT key, n.digest, n.place, n.expediente, n.consecutive, n.market, n.act_id, n.ended_by, n.withdrawn, n.valid_from, t.position AS before_position,
        t.digest AS before_digest, CASE WHEN n.key IS NOT NULL THEN jsonb_build_object('amount', n.amount::text, 'per', n.per, 'column', n.column_code,
            'margin_kind', n.margin_kind, 'margin', n.margin::text, 'act', n.act_id, 'valid_from', n.valid_from, 'valid_until', n.valid_until,
            'ended_by', n.ended_by) END AS after
    FROM now n FULL JOIN recorded t USING (key)
    WHERE n.digest IS DISTINCT FROM t.digest
), reasoned AS (
    SELECT d.key, d.digest, d.before_position, d.after,
        coalesce(d.expediente, b.expediente) AS expediente, coalesce(d.consecutive, b.consecutive) AS consecutive, coalesce(d.market, b.market) AS market,
        CASE
            WHEN d.before_position IS NULL AND p.newest IS NULL THEN 'first_listing'
            WHEN d.before_position IS NULL AND d.valid_from::text > p.newest THEN 'new_act'
            WHEN d.before_position IS NULL THEN 'history_added'
            WHEN d.after IS NULL THEN 'withdrawn'
            -- What stands in the row itself is another, or the row is back.
            WHEN d.before_digest IS NULL OR d.after - 'valid_until' - 'ended_by' <> b.after - 'valid_until' - 'ended_by' THEN 'correction'
            WHEN d.after ->> 'valid_until' IS NULL THEN 'correction'
            WHEN d.withdrawn THEN 'withdrawn'
            ELSE 'superseded'
        END AS reason,
        coalesce(d.act_id, b.after ->> 'act') AS act_id, d.ended_by
    FROM differing d LEFT JOIN places p ON p.place = 'ceiling:' || d.place LEFT JOIN change b ON b.position = d.before_position
), numbered AS MATERIALIZED (
    SELECT r.*, head.last + row_number() OVER (ORDER BY r.expediente, r.consecutive, r.market, r.key) AS position, head.at FROM reasoned r, head
), written AS (
    INSERT INTO change (position, key, kind, reason, expediente, consecutive, market, act_id, after, before_position, recorded_in, recorded_at)
    SELECT position, key, 'ceiling', reason, expediente, consecutive, market,
        CASE WHEN reason IN ('superseded', 'withdrawn') THEN coalesce(ended_by, act_id) ELSE act_id END, after, before_position, $1::bigint, at
    FROM numbered ORDER BY position
)
INSERT INTO change_head (key, position, digest) SELECT key, position, digest FROM numbered
ON CONFLICT (key) DO UPDATE SET position = excluded.position, digest = excluded.digest
