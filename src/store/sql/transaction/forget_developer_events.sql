-- What developers did, some of what is older. $1 days, $2 at most.
DELETE FROM developer_event WHERE id = ANY(ARRAY(
    SELECT id FROM developer_event WHERE at < clock_timestamp() - $1::integer * interval '1 day' ORDER BY at LIMIT $2))
