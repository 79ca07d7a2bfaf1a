-- After a file of reports was taken back: of each product, period, role, operation, transaction and unit that it stated, the newest edition that is left
-- counts again. As rows of their own in the shared partition, so that what was known in between stays readable.
-- $1 the file taken back, $2 the import that takes it back.
WITH gone AS (
    SELECT DISTINCT expediente, consecutive, period_from, period_until, actor_role, transaction, operation, unit
    FROM sismed_row WHERE source_file_id = $1 AND (part = 0 OR part = $1)
), left_over AS (
    SELECT o.*,
        rank() OVER (PARTITION BY o.expediente, o.consecutive, o.period_from, o.period_until, o.actor_role, o.transaction, o.operation, o.unit
            ORDER BY coalesce(f.cut_date, f.covers_until - 1) DESC NULLS LAST, f.id DESC) AS edition,
        -- A report that came back before stands in several rows; the last one tells whether it counts.
        row_number() OVER (PARTITION BY o.source_file_id, o.line ORDER BY o.id DESC) AS instance
    FROM gone n
    JOIN sismed_row o ON (o.expediente, o.consecutive, o.period_from, o.period_until, o.actor_role, o.transaction, o.operation, o.unit)
        = (n.expediente, n.consecutive, n.period_from, n.period_until, n.actor_role, n.transaction, n.operation, n.unit)
    JOIN source_file f ON f.id = o.source_file_id
    WHERE f.kind = 'sismed' AND f.ended_in IS NULL AND f.id <> $1
), restored AS (
INSERT INTO sismed_row (part, id, source_file_id, line, judged, expediente, consecutive, period_from, period_until, actor_role, transaction, operation,
    unit, flags, minimum, maximum, units, value, recorded_in)
SELECT 0, ($2::bigint << 32) + row_number() OVER (ORDER BY source_file_id, line), source_file_id, line,
    coalesce((SELECT a.judged FROM reassessment a WHERE a.report_id = l.id AND a.report_part = l.part ORDER BY a.recorded_in DESC LIMIT 1), judged),
    expediente, consecutive, period_from, period_until, actor_role, transaction, operation, unit, flags, minimum, maximum, units, value, $2
FROM left_over l
WHERE edition = 1 AND instance = 1 AND superseded_in IS NOT NULL
RETURNING expediente
)
SELECT expediente, count(*) AS reports FROM restored GROUP BY expediente ORDER BY expediente
