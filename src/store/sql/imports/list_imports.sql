-- Imports, newest first, with where each stands among the editions of its list, who let it in although it would have been held, and who took it
-- back. Entries from before the import was named in them are found by their subject. $1 id or null for all, $2 how many.
WITH decided AS MATERIALIZED (
    SELECT action, subject, actor, reason, details ->> 'ended_in' AS ended_in FROM audit_entry
    WHERE action IN ('accept_import', 'undo_import', 'remove_sample'))
SELECT f.id, f.kind, f.name, f.sha256, f.bytes, f.layout, f.encoding, f.number_format, f.publisher, f.cut_date, f.cut_date_from, f.covers_from,
    f.covers_until, f.extra_columns, f.rows_read, f.rows_accepted, f.rows_quarantined, f.rows_refused, f.recorded_at, f.series, f.sample, f.ended_in,
    e.recorded_at AS ended_at, back.actor AS ended_by, back.reason AS ended_reason, let_in.actor AS accepted_by, let_in.reason AS accepted_reason,
    f.ended_in IS NULL AND NOT EXISTS (
        SELECT FROM source_file n WHERE n.kind = f.kind AND (n.series = f.series OR f.kind IN ('ceilings', 'exchange_rates')) AND n.ended_in IS NULL AND n.sample = f.sample AND n.id <> f.id
            AND (coalesce(n.cut_date, '-infinity'), n.id) > (coalesce(f.cut_date, '-infinity'), f.id)) AS newest
FROM source_file f LEFT JOIN source_file e ON e.id = f.ended_in
    LEFT JOIN decided back ON back.action <> 'accept_import' AND f.ended_in IS NOT NULL
        AND (back.ended_in = f.ended_in::text OR back.action = 'undo_import' AND back.subject = 'import ' || f.id)
    LEFT JOIN decided let_in ON let_in.action = 'accept_import' AND let_in.subject = 'import ' || f.id
WHERE ($1::bigint IS NOT NULL OR f.kind <> 'submission') AND ($1::bigint IS NULL OR f.id = $1)
ORDER BY f.id DESC LIMIT $2
