-- The imported file with this content; of several kinds, the newest import. $1 sha256, $2 kind or null.
SELECT id, kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence, cut_date,
    rows_read, rows_accepted, rows_quarantined, rows_refused, recorded_at
FROM source_file
WHERE sha256 = $1 AND ($2::text IS NULL OR kind = $2)
ORDER BY id DESC LIMIT 1
