-- The newest thermometer list known. $1 the newest import known, or null.
SELECT f.id, f.name, f.sha256, f.cut_date, f.recorded_at, f.rows_accepted FROM source_file f
WHERE f.kind = 'thermometer' AND ($1::bigint IS NULL OR f.id <= $1) ORDER BY f.id DESC LIMIT 1
