-- Closes the evidence whose verdict ended with an import, and says of which cases. $1 the import.
WITH closed AS (
    UPDATE case_evidence e SET superseded_in = $1
    FROM assessment a
    WHERE a.report_id = e.report_id AND a.basis_id = e.basis_id AND a.superseded_in = $1 AND e.superseded_in IS NULL
    RETURNING e.case_id
)
SELECT DISTINCT case_id FROM closed ORDER BY case_id
