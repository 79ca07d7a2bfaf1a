-- The newest files were made from this. $1 version of the data, $2 position in the audit log, $3 program, $4 whether those that rest on reports were made,
-- $5 the newest import that these know.
INSERT INTO export_mark AS m (data_version, position, program, reports_made_at, periods_import)
VALUES ($1, $2, $3, CASE WHEN $4 THEN clock_timestamp() END, CASE WHEN $4 THEN $5::bigint END)
ON CONFLICT (only_row) DO UPDATE SET data_version = excluded.data_version, position = excluded.position, program = excluded.program,
    reports_made_at = coalesce(excluded.reports_made_at, m.reports_made_at), periods_import = coalesce(excluded.periods_import, m.periods_import)
