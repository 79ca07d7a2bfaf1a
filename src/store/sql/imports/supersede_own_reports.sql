-- Reports of a file that newer editions state already: they are history from the start. $1 the file, $2 its partition, $3 the newer files.
WITH closed AS (
    UPDATE sismed_row n SET superseded_in = $1
    WHERE n.part = $2 AND n.source_file_id = $1 AND EXISTS (
        SELECT FROM sismed_row o
        WHERE o.source_file_id = ANY($3::bigint[]) AND (o.part = 0 OR o.part = ANY($3::bigint[])) AND o.superseded_in IS NULL
            AND (o.expediente, o.consecutive, o.period_from, o.period_until, o.actor_role, o.transaction, o.operation, o.unit)
        = (n.expediente, n.consecutive, n.period_from, n.period_until, n.actor_role, n.transaction, n.operation, n.unit))
    RETURNING n.id
), marked AS (
    UPDATE source_file SET reports_superseded_in = $1 WHERE id = $1 AND EXISTS (SELECT FROM closed)
)
SELECT count(*) AS reports FROM closed
