-- Destroys the peppers of petitions answered or withdrawn so many days ago. $1 days, $2 rows at most.
DELETE FROM petition_pepper s WHERE s.petition_id IN (
    SELECT p.id FROM petition p JOIN petition_pepper o ON o.petition_id = p.id
    WHERE p.state IN ('answered', 'withdrawn')
        AND (SELECT max(e.at) FROM petition_event e WHERE e.petition_id = p.id) < clock_timestamp() - make_interval(days => $1::integer)
    ORDER BY p.id LIMIT $2::bigint)
