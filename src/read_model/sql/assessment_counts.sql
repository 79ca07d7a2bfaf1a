-- How many reports have which verdicts. $1 expediente, $2 consecutive, $3 verdict, $4 transaction, $5 operation,
-- $6 from and $7 until (periods that meet the span), $8 newest import known: each may be null.
SELECT r.transaction, a.verdict, a.reason, a.minimum_verdict, a.average_verdict, a.maximum_verdict, count(*) AS reports
FROM assessment a
JOIN sismed_report r ON r.id = a.report_id
WHERE ($1::integer IS NULL OR r.expediente = $1) AND ($2::integer IS NULL OR r.consecutive = $2) AND ($3::text IS NULL OR a.verdict = $3)
    AND ($4::smallint IS NULL OR r.transaction = $4) AND ($5::text IS NULL OR r.operation = $5)
    AND ($6::date IS NULL OR r.period_until > $6) AND ($7::date IS NULL OR r.period_from < $7)
    AND CASE WHEN $8::bigint IS NULL THEN a.superseded_in IS NULL
        ELSE a.recorded_in <= $8 AND (a.superseded_in IS NULL OR a.superseded_in > $8) END
GROUP BY r.transaction, a.verdict, a.reason, a.minimum_verdict, a.average_verdict, a.maximum_verdict
ORDER BY r.transaction, a.verdict, a.reason, a.minimum_verdict, a.average_verdict, a.maximum_verdict
