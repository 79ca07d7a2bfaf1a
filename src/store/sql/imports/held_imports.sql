-- Files that are or were held, newest first; the reason of a decision stands in the audit log. $1 id or null for those that wait.
SELECT id, kind, name, sha256, bytes, cut_date, given_cut_date, rows_read, rows_accepted, rows_quarantined, rows_refused, reasons, reasons_es,
    reasons_en, held_at, state, decided_at, decided_by, source_file_id,
    CASE WHEN state <> 'held' THEN (
        SELECT a.reason FROM audit_entry a
        WHERE (a.action, a.subject) IN (('discard_held_import', 'held import ' || h.id), ('accept_import', 'import ' || h.source_file_id))
        ORDER BY a.position DESC LIMIT 1) END AS decided_reason
FROM held_import h WHERE CASE WHEN $1::bigint IS NULL THEN state = 'held' ELSE id = $1 END ORDER BY id DESC
