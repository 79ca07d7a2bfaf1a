-- The newest files were made from this. $1 version of the data, $2 position in the audit log, $3 program, $4 whether those that rest on reports were made.
INSERT INTO export_mark (data_version, position, program, reports_made_at) VALUES ($1, $2, $3, CASE WHEN $4 THEN clock_timestamp() END)
ON CONFLICT (only_row) DO UPDATE SET data_version = excluded.data_version, position = excluded.position, program = excluded.program,
    reports_made_at = coalesce(excluded.reports_made_at, export_mark.reports_made_at)
