-- Editions of lists of ceilings that count: each names all that its list regulates. $1 newest import known, or null.
SELECT f.id, f.series, f.cut_date FROM source_file f
WHERE f.kind = 'ceilings' AND counts_at(f.id, f.ended_in, $1::bigint) AND f.cut_date IS NOT NULL ORDER BY f.cut_date, f.id
