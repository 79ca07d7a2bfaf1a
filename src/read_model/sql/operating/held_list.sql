-- Files that wait for a person, newest first, with the run that read each and the edition in force that it is compared with; null where several
-- lists are of its kind and nothing says which. $1 how many.
SELECT h.id, h.kind, h.name, h.sha256, h.bytes, h.cut_date, h.rows_read, h.rows_accepted, h.rows_quarantined, h.rows_refused, h.reasons,
    h.reasons_es, h.reasons_en, h.held_at, r.id AS run, r.feed, c.id AS current_id, c.name AS current_name, c.cut_date AS current_cut_date,
    c.rows_read AS current_rows_read, c.rows_accepted AS current_rows_accepted, c.rows_quarantined AS current_rows_quarantined,
    c.rows_refused AS current_rows_refused
FROM held_import h
LEFT JOIN LATERAL (SELECT l.id, l.feed FROM feed_run l WHERE l.held_import_id = h.id ORDER BY l.id DESC LIMIT 1) r ON true
LEFT JOIN LATERAL (
    SELECT s.id, s.name, s.cut_date, s.rows_read, s.rows_accepted, s.rows_quarantined, s.rows_refused FROM source_file s
    WHERE s.kind = h.kind AND s.ended_in IS NULL AND NOT s.sample AND (h.kind IN ('ceilings', 'exchange_rates')
        OR s.feed_run_id IN (SELECT l.id FROM feed_run l WHERE l.feed = r.feed)
        OR (SELECT count(DISTINCT o.series) FROM source_file o WHERE o.kind = h.kind AND o.ended_in IS NULL AND NOT o.sample) = 1)
    ORDER BY s.cut_date DESC NULLS LAST, s.id DESC LIMIT 1) c ON true
WHERE h.state = 'held' ORDER BY h.id DESC LIMIT $1
