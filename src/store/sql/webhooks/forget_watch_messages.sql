-- Messages that arrived or were dropped, with their tries, some of those that are older. $1 days, $2 at most.
WITH old AS MATERIALIZED (
    SELECT number FROM watch_message WHERE ended_at < clock_timestamp() - $1::integer * interval '1 day' ORDER BY ended_at, number LIMIT $2
), tries AS (
    DELETE FROM watch_attempt a USING old WHERE a.message_number = old.number
)
DELETE FROM watch_message m USING old WHERE m.number = old.number
