-- Some of the sessions whose time is long over. $1 days, $2 at most.
DELETE FROM browser_session WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM browser_session WHERE ends_at < clock_timestamp() - $1::integer * interval '1 day' ORDER BY ends_at LIMIT $2))
