-- Leaves of the log in order, as anybody may read them. $1 the first index, $2 how many.
SELECT leaf_index, entry, hash FROM log_leaf WHERE leaf_index >= $1 ORDER BY leaf_index LIMIT $2
