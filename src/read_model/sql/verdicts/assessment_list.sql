-- Reports with their verdicts, in order of report. $1 expediente, $2 consecutive, $3 verdict, $4 transaction,
-- $5 operation, $6 from and $7 until (periods that meet the span), $8 newest import known: each may be null; $9 after this report, $10 limit;
-- $11 from published files only, $12 of this submission, or null.
SELECT r.id, r.expediente, r.consecutive, r.period_from, r.period_until, r.actor_role, r.operation, r.transaction, r.unit, r.minimum, r.maximum, r.units,
    r.value, r.flags, f.name AS file, f.sha256, f.feed_run_id, f.address, r.line, a.verdict, a.reason, a.minimum_verdict, a.average_verdict, a.maximum_verdict,
    k.recorded_at
FROM sismed_report r
LEFT JOIN reassessment c ON c.report_id = r.id AND CASE WHEN $8::bigint IS NULL THEN c.superseded_in IS NULL
    ELSE c.recorded_in <= $8 AND (c.superseded_in IS NULL OR c.superseded_in > $8) END
JOIN judgement_code a ON a.code = coalesce(c.judged, r.first_judged)
JOIN source_file f ON f.id = r.source_file_id
JOIN source_file k ON k.id = coalesce(c.recorded_in, r.recorded_in)
WHERE ($1::integer IS NULL OR r.expediente = $1) AND ($2::integer IS NULL OR r.consecutive = $2) AND ($3::text IS NULL OR a.verdict = $3)
    AND ($4::smallint IS NULL OR r.transaction = $4) AND ($5::text IS NULL OR r.operation = $5)
    AND ($6::date IS NULL OR r.period_until > $6) AND ($7::date IS NULL OR r.period_from < $7)
    AND CASE WHEN $8::bigint IS NULL THEN r.superseded_in IS NULL
        ELSE r.recorded_in <= $8 AND (r.superseded_in IS NULL OR r.superseded_in > $8) END
    AND ($9::bigint IS NULL OR r.id > $9) AND (NOT $11::boolean OR r.reporter_nit IS NULL)
    AND ($12::text IS NULL OR r.source_file_id = (SELECT s.source_file_id FROM submission s WHERE s.id = $12))
ORDER BY r.id LIMIT $10
