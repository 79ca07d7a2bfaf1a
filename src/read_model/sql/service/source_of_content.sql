-- The imported file with this content, never one that a reporter sent; of several, the newest import. $1 sha256, $2 kind or null.
SELECT f.id, f.kind, f.name, f.sha256, f.bytes, f.layout, f.encoding, f.number_format, f.publisher, f.licence, f.cut_date,
    f.rows_read, f.rows_accepted, f.rows_quarantined, f.rows_refused, f.recorded_at, f.cut_date_from, f.sample, f.extra_columns, f.feed_run_id, f.address, f.ended_in IS NOT NULL AS ended, NOT EXISTS (
        SELECT FROM source_file n WHERE n.kind = f.kind AND (n.series = f.series OR f.kind IN ('ceilings', 'exchange_rates')) AND n.ended_in IS NULL AND n.sample = f.sample AND n.id <> f.id
            AND (coalesce(n.cut_date, '-infinity'), n.id) > (coalesce(f.cut_date, '-infinity'), f.id)) AS newest
FROM source_file f
WHERE f.sha256 = $1 AND ($2::text IS NULL OR f.kind = $2) AND f.kind NOT IN ('undo', 'rejudgement', 'submission')
ORDER BY f.id DESC LIMIT 1
