COPY (SELECT r.expediente, r.consecutive, r.period_from, r.period_until, r.transaction, r.unit, r.minimum, r.maximum, r.units, r.value,
        coalesce(c.judged, r.judged) AS judged, b.digest
    FROM sismed_row r
    LEFT JOIN reassessment c ON c.report_id = r.id AND c.superseded_in IS NULL
    LEFT JOIN case_evidence e ON e.report_id = r.id AND e.superseded_in IS NULL
    LEFT JOIN basis b ON b.id = e.basis_id
    WHERE r.superseded_in IS NULL AND r.expediente = ANY('{$1}'::integer[])) TO STDOUT (FORMAT binary)
