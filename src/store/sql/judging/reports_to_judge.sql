-- Reports with their current verdict, and the digest of their evidence, if they have one. $1 expedientes or null for all.
SELECT r.id, r.part, r.expediente, r.consecutive, r.period_from, r.period_until, r.transaction, r.unit, r.minimum, r.maximum, r.units, r.value,
    coalesce(c.judged, r.judged) AS judged, c.report_id IS NOT NULL AS again, b.digest
FROM sismed_row r
LEFT JOIN reassessment c ON c.report_id = r.id AND c.superseded_in IS NULL
LEFT JOIN case_evidence e ON e.report_id = r.id AND e.superseded_in IS NULL
LEFT JOIN basis b ON b.id = e.basis_id
WHERE r.superseded_in IS NULL AND ($1::integer[] IS NULL OR r.expediente = ANY($1))
