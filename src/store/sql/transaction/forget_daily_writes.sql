-- Counts of days that are over, some of those that are older. $1 days, $2 at most.
DELETE FROM daily_write WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM daily_write WHERE day < (clock_timestamp() AT TIME ZONE 'UTC')::date - $1::integer ORDER BY day, holder LIMIT $2))
