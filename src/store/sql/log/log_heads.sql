-- Every signed head, the smallest first. $1 after a size, $2 how many.
SELECT size, root, signed_at, kid, signed FROM log_head WHERE size > $1 ORDER BY size LIMIT $2
