COPY (SELECT r.id, r.expediente, r.consecutive, r.period_from, r.period_until, r.transaction, r.unit, coalesce(c.judged, r.judged), r.minimum, r.maximum,
    r.units, r.value
    FROM sismed_row r LEFT JOIN reassessment c ON c.report_id = r.id AND c.superseded_in IS NULL
    WHERE r.part = $1 AND r.superseded_in IS NULL) TO STDOUT (FORMAT binary)
