-- Every report that counts, with its current headline verdict, product by product in the order in which they are published.
SELECT r.expediente, r.consecutive, r.period_from, r.period_until, r.transaction, r.operation, r.unit, r.minimum, r.maximum, r.units, r.value, a.verdict, a.another_unit_fits,
    r.reporter_nit IS NULL AND (SELECT 'sismed' = ANY(sample_kinds) FROM data_version) AS sample
FROM sismed_report r
JOIN medicine m ON m.expediente = r.expediente AND m.consecutive = r.consecutive
LEFT JOIN reassessment c ON c.report_id = r.id AND c.superseded_in IS NULL
JOIN judgement_code a ON a.code = coalesce(c.judged, r.first_judged)
WHERE r.superseded_in IS NULL
ORDER BY (r.expediente || '-' || r.consecutive) COLLATE "C", r.period_from, r.id
