-- Readings whose program ended before they did; their numbers. $1 now, $2 to $4 the fault and its words.
UPDATE feed_run SET state = 'failed', ended_at = greatest($1, started_at), fault = $2, fault_es = $3, fault_en = $4 WHERE state = 'running' RETURNING id
