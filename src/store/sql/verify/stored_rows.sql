-- Each file with its own counts and with what is stored of it; `rows` is null where a line is not one row. A file that is not there has no kind.
WITH stored AS (
    SELECT source_file_id AS file, count(*) AS rows FROM sismed_row GROUP BY source_file_id
    UNION ALL SELECT source_file_id, count(*) FROM catalogue_row GROUP BY source_file_id
    UNION ALL SELECT source_file_id, count(*) FROM thermometer_price GROUP BY source_file_id
    UNION ALL SELECT source_file_id, count(*) FROM vital_authorisation GROUP BY source_file_id
    UNION ALL SELECT source_file_id, count(*) FROM exchange_rate GROUP BY source_file_id
    UNION ALL SELECT source_file_id, count(*) FROM actor GROUP BY source_file_id
    UNION ALL SELECT source_file_id, count(*) FROM unit_convention GROUP BY source_file_id
    UNION ALL SELECT source_file_id, count(*) FROM purchase GROUP BY source_file_id
    UNION ALL SELECT source_file_id, count(*) FROM purchase_order GROUP BY source_file_id
    UNION ALL SELECT source_file_id, count(*) FROM contract GROUP BY source_file_id
    UNION ALL SELECT source_file_id, count(*) FROM contract_event GROUP BY source_file_id
), faults AS (
    SELECT source_file_id AS file, count(*) FILTER (WHERE fate = 'quarantined') AS quarantined, count(*) FILTER (WHERE fate = 'refused') AS refused
    FROM source_fault GROUP BY source_file_id
    UNION ALL
    SELECT s.source_file_id, count(*) FILTER (WHERE f.fate = 'quarantined'), count(*) FILTER (WHERE f.fate = 'refused')
    FROM submission_fault f JOIN submission s ON s.id = f.submission_id WHERE s.source_file_id IS NOT NULL GROUP BY s.source_file_id
)
SELECT coalesce(f.id, s.file) AS id, f.kind, f.name, f.rows_accepted, f.rows_quarantined, f.rows_refused,
    CASE WHEN f.kind IN ('sismed', 'submission', 'catalogue', 'thermometer', 'vital_not_available', 'exchange_rates', 'actors', 'unit_conventions',
            'tvec_orders', 'tvec_items', 'secop_contracts', 'secop_additions')
        OR f.id IS NULL THEN coalesce(s.rows, 0) END AS rows,
    coalesce(q.quarantined, 0) AS quarantined, coalesce(q.refused, 0) AS refused
FROM source_file f FULL JOIN stored s ON s.file = f.id LEFT JOIN faults q ON q.file = f.id
ORDER BY 1
