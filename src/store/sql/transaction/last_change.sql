-- The last recorded change, before more are recorded.
SELECT coalesce(max(position), 0) AS position FROM change
