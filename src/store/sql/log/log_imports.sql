-- Imports after one. $1 the last one, $2 how many.
SELECT f.id, f.kind, json_build_object('content', f.sha256, 'day', f.cut_date, 'publisher', f.publisher, 'sample', f.sample,
    'rows_read', f.rows_read, 'rows_accepted', f.rows_accepted, 'rows_quarantined', f.rows_quarantined, 'rows_refused', f.rows_refused,
    'ends', (SELECT coalesce(json_agg(e.id ORDER BY e.id), '[]') FROM source_file e WHERE e.ended_in = f.id)) AS facts, f.reports_sha256, f.reports_ended
FROM source_file f
WHERE f.id > $1
ORDER BY f.id LIMIT $2
