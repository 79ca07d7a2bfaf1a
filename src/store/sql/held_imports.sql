-- Files that are or were held, newest first. $1 id or null for those that wait.
SELECT id, kind, name, sha256, bytes, cut_date, given_cut_date, rows_read, rows_accepted, rows_quarantined, rows_refused, reasons, reasons_es,
    reasons_en, held_at, state, decided_at, decided_by, source_file_id
FROM held_import WHERE CASE WHEN $1::bigint IS NULL THEN state = 'held' ELSE id = $1 END ORDER BY id DESC
