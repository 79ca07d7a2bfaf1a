-- It arrived. $1 message.
UPDATE watch_message SET state = 'delivered', ended_at = clock_timestamp() WHERE number = $1 AND state = 'pending'
