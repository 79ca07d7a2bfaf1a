-- How many reports have which verdicts. $1 expediente, $2 consecutive, $3 verdict, $4 transaction, $5 operation,
-- $6 from and $7 until (periods that meet the span), $8 newest import known: each may be null.
WITH counted AS (
    SELECT r.transaction, coalesce(c.judged, r.first_judged) AS judged, count(*) AS reports
    FROM sismed_report r
    LEFT JOIN reassessment c ON c.report_id = r.id AND CASE WHEN $8::bigint IS NULL THEN c.superseded_in IS NULL
        ELSE c.recorded_in <= $8 AND (c.superseded_in IS NULL OR c.superseded_in > $8) END
    WHERE ($1::integer IS NULL OR r.expediente = $1) AND ($2::integer IS NULL OR r.consecutive = $2)
        AND ($4::smallint IS NULL OR r.transaction = $4) AND ($5::text IS NULL OR r.operation = $5)
        AND ($6::date IS NULL OR r.period_until > $6) AND ($7::date IS NULL OR r.period_from < $7)
        AND CASE WHEN $8::bigint IS NULL THEN r.superseded_in IS NULL
            ELSE r.recorded_in <= $8 AND (r.superseded_in IS NULL OR r.superseded_in > $8) END
    GROUP BY r.transaction, coalesce(c.judged, r.first_judged)
)
SELECT n.transaction, a.verdict, a.reason, a.minimum_verdict, a.average_verdict, a.maximum_verdict, n.reports
FROM counted n JOIN judgement_code a ON a.code = n.judged
WHERE $3::text IS NULL OR a.verdict = $3
ORDER BY n.transaction, a.verdict, a.reason, a.minimum_verdict, a.average_verdict, a.maximum_verdict, a.code
