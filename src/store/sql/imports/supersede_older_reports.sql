-- Reports of older editions that a file states again: of one product, period, role, operation, transaction and unit the newest edition counts.
-- $1 the file, $2 its partition, $3 the older files.
WITH stated AS (
    SELECT DISTINCT expediente, consecutive, period_from, period_until, actor_role, transaction, operation, unit
    FROM sismed_row WHERE part = $2 AND source_file_id = $1 AND superseded_in IS NULL
), closed AS (
    UPDATE sismed_row o SET superseded_in = $1
    FROM stated n
    WHERE o.source_file_id = ANY($3::bigint[]) AND (o.part = 0 OR o.part = ANY($3::bigint[])) AND o.superseded_in IS NULL
        AND (o.expediente, o.consecutive, o.period_from, o.period_until, o.actor_role, o.transaction, o.operation, o.unit)
        = (n.expediente, n.consecutive, n.period_from, n.period_until, n.actor_role, n.transaction, n.operation, n.unit)
    RETURNING o.id, o.part, o.source_file_id
), verdicts AS (
    UPDATE reassessment a SET superseded_in = $1 FROM closed c
    WHERE a.report_id = c.id AND a.report_part = c.part AND a.superseded_in IS NULL
), marked AS (
    UPDATE source_file SET reports_superseded_in = $1 WHERE id IN (SELECT source_file_id FROM closed)
)
SELECT count(*) AS reports FROM closed
