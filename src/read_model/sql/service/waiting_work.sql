-- Messages of active watches that have not arrived, the oldest of them, and when the newest open-data files were made. No parameters.
SELECT count(m.number) AS messages, min(m.created_at) AS oldest_message_at, (SELECT max(created_at) FROM export) AS exports_at
FROM watch_message m JOIN watch w ON w.id = m.watch_id WHERE m.state = 'pending' AND w.state = 'active'
