-- The newest files were made from this. $1 version of the data, $2 position in the audit log, $3 program, $4 whether those that rest on reports were made.
UPDATE export_mark SET data_version = $1, position = $2, program = $3,
    reports_made_at = CASE WHEN $4 THEN clock_timestamp() ELSE reports_made_at END
