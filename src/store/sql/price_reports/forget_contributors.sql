-- Takes away whom reports came from: of weeks that are released, and of reports received so many days ago. $1 days, $2 rows at most.
UPDATE price_report SET contributor = NULL WHERE id IN (
    SELECT p.id FROM price_report p
    WHERE p.contributor IS NOT NULL AND (p.received_on < (clock_timestamp() AT TIME ZONE 'America/Bogota')::date - $1::integer
        OR EXISTS (SELECT FROM price_report_release r WHERE r.week = date_trunc('week', p.usable_since)::date))
    ORDER BY p.id LIMIT $2::bigint)
