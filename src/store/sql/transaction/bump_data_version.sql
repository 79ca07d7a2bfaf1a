-- A new version of the data, in the transaction that changes it; its commit notifies every service that listens. $1 the import, if it is one:
-- where it brought reports alone, or a list that no other answer shows, and no product or ceiling changed with them, the version says so.
WITH kinds AS (
    SELECT coalesce(array_agg(DISTINCT kind ORDER BY kind), '{}') AS sample FROM source_file WHERE sample AND ended_in IS NULL
), before AS (
    SELECT v.*, k.sample, k.sample = v.sample_kinds AND EXISTS (
            SELECT FROM source_file WHERE id = $1::bigint AND kind IN ('sismed', 'submission', 'exchange_rates', 'actors', 'unit_conventions',
                'tvec_orders', 'tvec_items', 'secop_contracts', 'secop_additions')
        )
        -- Changes of this import would be the newest: they are recorded before, under the import lock.
        AND (SELECT recorded_in FROM change ORDER BY position DESC LIMIT 1) IS DISTINCT FROM $1 AS reports_only
    FROM data_version v CROSS JOIN kinds k
), bumped AS (
    UPDATE data_version d SET version = d.version + 1, changed_at = clock_timestamp(), sample_kinds = b.sample,
        reports_only_after = CASE WHEN b.reports_only THEN CASE WHEN b.reports_only_until = b.version THEN b.reports_only_after ELSE b.version END END,
        reports_only_after_at = CASE WHEN b.reports_only THEN b.lists_changed_at END,
        reports_only_until = CASE WHEN b.reports_only THEN d.version + 1 END
    FROM before b
    RETURNING d.version
)
SELECT version, pg_notify('termometro_data_version', version::text) FROM bumped
