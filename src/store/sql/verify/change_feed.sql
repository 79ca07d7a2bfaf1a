-- The feed of changes: its length, its newest position, and how many keys have another newest change than the one that is kept as such.
WITH newest AS (SELECT key, max(position) AS position FROM change GROUP BY key)
SELECT count(*) AS changes, coalesce(max(position), 0) AS newest,
    (SELECT count(*) FROM change_head h FULL JOIN newest n ON n.key = h.key WHERE h.position IS DISTINCT FROM n.position) AS heads
FROM change
