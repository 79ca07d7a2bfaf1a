-- Leaves in order. $1 the first index, $2 how many.
SELECT leaf_index, kind, subject, number, entry, hash, salt FROM log_leaf WHERE leaf_index >= $1 ORDER BY leaf_index LIMIT $2
