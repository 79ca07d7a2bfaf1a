-- What has been imported of each kind: files, rows, newest cut date and import. No parameters.
SELECT kind, count(*) AS files, sum(rows_read)::bigint AS rows_read, sum(rows_accepted)::bigint AS rows_accepted,
    max(cut_date) AS cut_date, max(recorded_at) AS recorded_at
FROM source_file GROUP BY kind ORDER BY kind
