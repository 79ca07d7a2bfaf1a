-- Closes the evidence whose verdict an import replaced or whose report it superseded, and returns their cases. $1 the import.
WITH closed AS (
    UPDATE case_evidence e SET superseded_in = $1
    FROM sismed_row r
    WHERE r.id = e.report_id AND r.part = e.report_part AND e.superseded_in IS NULL AND (
        r.superseded_in = $1 OR EXISTS (SELECT FROM reassessment c WHERE c.report_id = e.report_id AND c.recorded_in = $1))
    RETURNING e.case_id
)
SELECT DISTINCT case_id FROM closed ORDER BY case_id
