-- Evidence in force that does not fit its case or rests on no report in force.
SELECT e.case_id, e.report_id FROM case_evidence e
JOIN case_file c ON c.id = e.case_id
LEFT JOIN sismed_row r ON r.id = e.report_id AND r.part = e.report_part
WHERE e.superseded_in IS NULL AND (r.id IS NULL OR r.superseded_in IS NOT NULL
    OR (r.expediente, r.consecutive, r.seller_nit) IS DISTINCT FROM (c.expediente, c.consecutive, c.seller_nit))
ORDER BY e.case_id, e.report_id
