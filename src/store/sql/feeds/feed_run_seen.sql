-- What the publisher said the last time that a feed was read whole, or found unchanged. $1 feed.
SELECT publisher_updated_at, publisher_rows, publisher_newest, columns, etag, last_modified FROM feed_run
WHERE feed = $1 AND state IN ('unchanged', 'imported', 'held') ORDER BY id DESC LIMIT 1
