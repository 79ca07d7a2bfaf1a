-- Hashes of complete subtrees; a missing one is NULL. $1 levels, $2 ordinals.
SELECT w.level, w.ordinal, CASE WHEN w.level = 0 THEN (SELECT l.hash FROM log_leaf l WHERE l.leaf_index = w.ordinal)
    ELSE (SELECT n.hash FROM log_node n WHERE n.level = w.level AND n.ordinal = w.ordinal) END AS hash
FROM unnest($1::smallint[], $2::bigint[]) AS w (level, ordinal)
