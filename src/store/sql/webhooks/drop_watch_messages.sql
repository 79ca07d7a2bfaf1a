-- What a deleted watch was still to be told. $1 watch.
UPDATE watch_message SET state = 'dropped', ended_at = clock_timestamp() WHERE watch_id = $1 AND state = 'pending'
