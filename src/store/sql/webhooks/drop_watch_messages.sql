-- Drops the pending messages of a deleted watch. $1 watch.
UPDATE watch_message SET state = 'dropped', ended_at = clock_timestamp() WHERE watch_id = $1 AND state = 'pending'
