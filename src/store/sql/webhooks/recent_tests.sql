-- Test messages of a watch within the last minute. $1 watch, $2 now.
SELECT count(*) AS tests FROM watch_message WHERE watch_id = $1 AND kind = 'test' AND created_at > $2::timestamptz - interval '1 minute'
