-- The petitions about one market or product that can be supported, the newest first: shown before somebody sends another one.
SET LOCAL lock_timeout = '3s';

CREATE INDEX petition_by_target ON petition (target, received_at DESC, id) WHERE state IN ('published', 'contested');
