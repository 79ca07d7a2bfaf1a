-- Feeds that fail again and again, or whose file is held, are told to watches of the kind `feed`. How often a feed failed in a row stands in one place.
SET LOCAL lock_timeout = '3s';

-- Of each feed the runs that failed since the last one that did not.
CREATE VIEW feed_failures AS
SELECT f.name AS feed, count(r.id) AS failures
FROM feed f
LEFT JOIN feed_run r ON r.feed = f.name AND r.state = 'failed' AND r.id > coalesce((
    SELECT max(g.id) FROM feed_run g WHERE g.feed = f.name AND g.state NOT IN ('failed', 'running')), 0)
GROUP BY f.name;

-- Empty still means products and ceilings.
ALTER TABLE watch DROP CONSTRAINT watch_kinds_check, ADD CONSTRAINT watch_kinds_check CHECK (kinds <@ ARRAY['product', 'ceiling', 'feed']);
-- What it is about, where it is about a feed: then about no change.
ALTER TABLE watch_message ADD COLUMN feed_run_id bigint REFERENCES feed_run,
    ADD CONSTRAINT watch_message_of_feed CHECK (feed_run_id IS NULL OR (kind = 'change' AND changes = 0));

DO $$
BEGIN
    GRANT SELECT ON feed_failures TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new view here';
END $$;
