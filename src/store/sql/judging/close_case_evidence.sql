-- Closes the evidence whose verdict an import replaced or whose report it superseded, and returns their cases. $1 the import.
-- An import that ended no report costs what it judged again, however much evidence there is.
WITH gone AS (
    SELECT c.report_id FROM reassessment c WHERE c.recorded_in = $1
    UNION
    SELECT e.report_id FROM case_evidence e JOIN sismed_row r ON r.id = e.report_id AND r.part = e.report_part
    WHERE e.superseded_in IS NULL AND r.superseded_in = $1 AND (SELECT f.reports_ended > 0 FROM source_file f WHERE f.id = $1)
), closed AS (
    UPDATE case_evidence e SET superseded_in = $1 FROM gone WHERE gone.report_id = e.report_id AND e.superseded_in IS NULL
    RETURNING e.case_id
)
SELECT DISTINCT case_id FROM closed ORDER BY case_id
