-- The version of the data, whether the presentation is known, and its reports with their current headline verdict; one row without a
-- report where there is none. $1 expediente, $2 consecutive; $3 from and $4 until (periods that meet the span), $5 transactions, $6 operation: each may be null.
SELECT v.version, v.changed_at, v.sample_kinds, v.lists_version, v.lists_changed_at,
    EXISTS (SELECT FROM medicine m WHERE m.expediente = $1 AND m.consecutive = $2) AS known,
    r.period_from, r.period_until, r.transaction, r.operation, r.unit, r.minimum, r.maximum, r.units, r.value, r.verdict, r.another_unit_fits
FROM data_version v
LEFT JOIN (
    SELECT r.id, r.period_from, r.period_until, r.transaction, r.operation, r.unit, r.minimum, r.maximum, r.units, r.value, a.verdict, a.another_unit_fits
    FROM sismed_report r
    LEFT JOIN reassessment c ON c.report_id = r.id AND c.superseded_in IS NULL
    JOIN judgement_code a ON a.code = coalesce(c.judged, r.first_judged)
    WHERE r.superseded_in IS NULL AND r.expediente = $1 AND r.consecutive = $2
        AND ($3::date IS NULL OR r.period_until > $3) AND ($4::date IS NULL OR r.period_from < $4)
        AND ($5::smallint[] IS NULL OR r.transaction = ANY($5)) AND ($6::text IS NULL OR r.operation = $6)
) r ON true
ORDER BY r.period_from, r.id
