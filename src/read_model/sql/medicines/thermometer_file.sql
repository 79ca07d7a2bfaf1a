-- The newest edition of the thermometer list, by the day it speaks for. $1 the newest import known, or null.
SELECT f.id, f.name, f.sha256, f.cut_date, f.recorded_at, f.rows_accepted FROM source_file f
WHERE f.kind = 'thermometer' AND counts_at(f.id, f.ended_in, $1::bigint) ORDER BY f.cut_date DESC NULLS LAST, f.id DESC LIMIT 1
