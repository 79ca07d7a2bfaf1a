-- One run. $1 its number.
SELECT r.id, r.feed, r.started_by, r.started_at, r.ended_at, r.state, r.address, r.requests, r.publisher_updated_at, r.publisher_rows, r.rows, r.bytes, r.sha256,
    r.fault, r.fault_es, r.fault_en, r.held_import_id, h.state AS held_state, coalesce(r.source_file_id, h.source_file_id) AS import
FROM feed_run r LEFT JOIN held_import h ON h.id = r.held_import_id
WHERE r.id = $1
