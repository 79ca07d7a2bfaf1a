-- The data in force of each kind: files, rows, the newest day stated and how it is known, the end of what reports cover, the newest import. No parameters.
SELECT f.kind, count(*) AS files, sum(f.rows_read)::bigint AS rows_read, sum(f.rows_accepted)::bigint AS rows_accepted,
    max(f.cut_date) AS cut_date, (array_agg(f.cut_date_from ORDER BY f.cut_date DESC NULLS LAST, f.id DESC))[1] AS cut_date_from,
    max(f.covers_until) AS covers_until, max(f.recorded_at) AS recorded_at, bool_or(f.sample) AS sample
FROM source_file f WHERE f.ended_in IS NULL AND f.rows_accepted > 0 GROUP BY f.kind ORDER BY f.kind
