-- Imported files in order of import. $1 after this file or null, $2 limit.
SELECT id, kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence, cut_date,
    rows_read, rows_accepted, rows_quarantined, rows_refused, recorded_at
FROM source_file
WHERE $1::bigint IS NULL OR id > $1
ORDER BY id LIMIT $2
