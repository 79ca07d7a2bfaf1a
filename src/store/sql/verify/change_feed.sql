-- The feed of changes: its length, its newest position, and the keys whose newest change is not the one that is kept as such.
SELECT count(*) AS changes, coalesce(max(position), 0) AS newest,
    (SELECT count(*) FROM change_head h WHERE h.position IS DISTINCT FROM (SELECT max(c.position) FROM change c WHERE c.key = h.key)) AS heads
FROM change
