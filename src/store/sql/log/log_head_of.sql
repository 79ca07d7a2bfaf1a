-- The newest signed head, and the size of the log now.
SELECT (SELECT coalesce(max(leaf_index) + 1, 0) FROM log_leaf) AS log_size, h.size, h.root, h.signed_at, h.kid, h.signed
FROM (VALUES (true)) one LEFT JOIN LATERAL (SELECT * FROM log_head ORDER BY size DESC LIMIT 1) h ON true
