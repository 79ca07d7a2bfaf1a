-- How many reports have which verdicts, by period, transaction and operation. $1 expediente, $2 consecutive, $3 newest import known, $4 partition:
-- each may be null.
WITH counted AS (
    SELECT r.transaction, r.operation, r.period_from, r.period_until, coalesce(c.judged, r.first_judged) AS judged, count(*) AS reports
    FROM sismed_report r
    LEFT JOIN reassessment c ON c.report_id = r.id AND CASE WHEN $3::bigint IS NULL THEN c.superseded_in IS NULL
        ELSE c.recorded_in <= $3 AND (c.superseded_in IS NULL OR c.superseded_in > $3) END
    WHERE ($4::bigint IS NULL OR r.part = $4) AND ($1::integer IS NULL OR r.expediente = $1) AND ($2::integer IS NULL OR r.consecutive = $2)
        AND CASE WHEN $3::bigint IS NULL THEN r.superseded_in IS NULL
            ELSE r.recorded_in <= $3 AND (r.superseded_in IS NULL OR r.superseded_in > $3) END
    GROUP BY r.transaction, r.operation, r.period_from, r.period_until, coalesce(c.judged, r.first_judged)
)
SELECT n.transaction, n.operation, n.period_from, n.period_until, n.reports,
    a.verdict, a.reason, a.minimum_verdict, a.average_verdict, a.maximum_verdict
FROM counted n JOIN judgement_code a ON a.code = n.judged
