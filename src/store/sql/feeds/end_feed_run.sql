-- A reading ends, with what came of it. $1 its number, $2 state, $3 now, $4 requests, $5 to $10 what the publisher said (instant, rows, newest row, columns,
-- ETag, Last-Modified), $11 rows, $12 bytes, $13 SHA-256, $14 import, $15 held file, $16 to $18 the fault and its words.
UPDATE feed_run SET state = $2, ended_at = greatest($3, started_at), requests = $4, publisher_updated_at = $5, publisher_rows = $6, publisher_newest = $7,
    columns = $8, etag = $9, last_modified = $10, rows = $11, bytes = $12, sha256 = $13, source_file_id = $14, held_import_id = $15, fault = $16, fault_es = $17,
    fault_en = $18
WHERE id = $1 AND state = 'running'
