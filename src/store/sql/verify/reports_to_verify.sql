-- Reports of a partition with their current verdict and what they are evidence of, in order of product. $1 partition, $2 which part of the
-- registrations, $3 of how many.
SELECT r.id, r.source_file_id, r.line, r.expediente, r.consecutive, r.period_from, r.period_until, r.transaction, r.unit, r.minimum, r.maximum,
    r.units, r.value, coalesce(c.judged, r.judged) AS judged, e.case_id, e.amount, b.digest
FROM sismed_row r
LEFT JOIN reassessment c ON c.report_id = r.id AND c.report_part = r.part AND c.superseded_in IS NULL
LEFT JOIN case_evidence e ON e.report_id = r.id AND e.report_part = r.part AND e.superseded_in IS NULL
LEFT JOIN basis b ON b.id = e.basis_id
WHERE r.part = $1 AND r.superseded_in IS NULL AND r.expediente % $3 = $2
ORDER BY r.expediente, r.consecutive, r.period_from
