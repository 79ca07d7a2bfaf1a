-- Messages that have ended, some of those that are older. $1 days, $2 at most.
WITH old AS MATERIALIZED (
    SELECT id FROM mail_message WHERE ended_at < clock_timestamp() - $1::integer * interval '1 day' ORDER BY ended_at, id LIMIT $2
)
DELETE FROM mail_message m USING old WHERE m.id = old.id
