-- The newest table of codes that counts, by the day it speaks for. $1 kind (cum_codes, ium_codes), $2 newest import known, or null.
SELECT f.id, f.name, f.cut_date FROM source_file f
WHERE f.kind = $1 AND counts_at(f.id, f.ended_in, $2::bigint)
ORDER BY f.cut_date DESC NULLS LAST, f.id DESC LIMIT 1
