-- The feeds with the newest run of each, how many failed since the last that did not, and when one last succeeded. $1 a name or null for all.
SELECT f.name, f.kind, f.data_set, f.title_es, f.title_en, f.licence, f.enabled, n.failures, (
        SELECT max(s.ended_at) FROM feed_run s WHERE s.feed = f.name AND s.state IN ('unchanged', 'imported')) AS last_success_at,
    EXISTS (SELECT FROM feed_run w JOIN held_import i ON i.id = w.held_import_id WHERE w.feed = f.name AND i.state = 'held') AS waits,
    r.id, r.feed, r.started_by, r.started_at, r.ended_at, r.state, r.address, r.requests, r.publisher_updated_at, r.publisher_rows, r.rows, r.bytes, r.sha256,
    r.fault, r.fault_es, r.fault_en, r.held_import_id, h.state AS held_state, coalesce(r.source_file_id, h.source_file_id) AS import
FROM feed f
JOIN feed_failures n ON n.feed = f.name
LEFT JOIN LATERAL (SELECT * FROM feed_run l WHERE l.feed = f.name ORDER BY l.id DESC LIMIT 1) r ON true
LEFT JOIN held_import h ON h.id = r.held_import_id
WHERE $1::text IS NULL OR f.name = $1
ORDER BY f.ordinal
