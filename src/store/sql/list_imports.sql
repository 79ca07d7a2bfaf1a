-- Imports, newest first, with where each stands among the editions of its list. $1 id or null for all, $2 how many.
SELECT f.id, f.kind, f.name, f.sha256, f.bytes, f.layout, f.encoding, f.number_format, f.publisher, f.cut_date, f.cut_date_from, f.covers_from,
    f.covers_until, f.extra_columns, f.rows_read, f.rows_accepted, f.rows_quarantined, f.rows_refused, f.recorded_at, f.series, f.sample, f.ended_in,
    e.recorded_at AS ended_at,
    f.ended_in IS NULL AND NOT EXISTS (
        SELECT FROM source_file n WHERE n.kind = f.kind AND n.series = f.series AND n.ended_in IS NULL AND n.sample = f.sample AND n.id <> f.id
            AND (coalesce(n.cut_date, '-infinity'), n.id) > (coalesce(f.cut_date, '-infinity'), f.id)) AS newest
FROM source_file f LEFT JOIN source_file e ON e.id = f.ended_in
WHERE ($1::bigint IS NOT NULL OR f.kind <> 'submission') AND ($1::bigint IS NULL OR f.id = $1)
ORDER BY f.id DESC LIMIT $2
