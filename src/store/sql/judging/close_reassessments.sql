-- Ends the verdicts that these reports were given after their first. $1 report ids, $2 the import.
UPDATE reassessment SET superseded_in = $2 WHERE report_id = ANY($1::bigint[]) AND superseded_in IS NULL
