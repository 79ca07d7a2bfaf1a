-- Reports that accuse, with their current verdict and the digest of what they accuse with. $1 expedientes or null for all.
SELECT r.expediente, r.consecutive, r.period_from, r.period_until, r.transaction, r.unit, r.minimum, r.maximum, r.units, r.value,
    coalesce(c.judged, r.judged) AS judged, b.digest
FROM case_evidence e
JOIN basis b ON b.id = e.basis_id
JOIN sismed_row r ON r.id = e.report_id AND r.part = e.report_part
LEFT JOIN reassessment c ON c.report_id = r.id AND c.superseded_in IS NULL
WHERE e.superseded_in IS NULL AND r.superseded_in IS NULL AND ($1::integer[] IS NULL OR r.expediente = ANY($1))
