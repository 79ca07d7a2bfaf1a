-- A message without changes, to see whether it arrives. $1 watch, $2 instant.
INSERT INTO watch_message (id, watch_id, kind, created_at, positions, changes, until_position)
VALUES ('msg_' || replace(gen_random_uuid()::text, '-', ''), $1, 'test', $2, '{}', 0, (SELECT coalesce(max(position), 0) FROM change))
RETURNING number, id
