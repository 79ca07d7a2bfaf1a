-- $1 levels, $2 ordinals, $3 hashes.
INSERT INTO log_node (level, ordinal, hash) SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])
