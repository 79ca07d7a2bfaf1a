-- The first leaf with a hash. $1 the hash.
SELECT leaf_index FROM log_leaf WHERE hash = $1 ORDER BY leaf_index LIMIT 1
