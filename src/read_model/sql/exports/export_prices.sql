-- Every report that counts, with its current headline verdict: period by period, and in it product by product, in the order in which they are published.
-- $1 from and $2 until, half-open, and $3 the months in between; null for all.
SELECT r.expediente, r.consecutive, r.period_from, r.period_until, r.transaction, r.operation, r.unit, r.minimum, r.maximum, r.units, r.value, a.verdict, a.another_unit_fits,
    r.reporter_nit IS NULL AND (SELECT 'sismed' = ANY(sample_kinds) FROM data_version) AS sample
FROM sismed_report r
LEFT JOIN reassessment c ON c.report_id = r.id AND c.superseded_in IS NULL
JOIN judgement_code a ON a.code = coalesce(c.judged, r.first_judged)
WHERE r.superseded_in IS NULL AND ($1::date IS NULL OR (r.period_from >= $1 AND r.period_from < $2))
    AND ($3::date[] IS NULL OR (r.period_from - (extract(day FROM r.period_from)::integer - 1)) = ANY($3))
-- What is of a whole year stands before the months of that year.
ORDER BY (r.period_from - (extract(day FROM r.period_from)::integer - 1)), r.period_until - r.period_from > 31 DESC,
    (r.expediente || '-' || r.consecutive) COLLATE "C", r.period_from, r.id
