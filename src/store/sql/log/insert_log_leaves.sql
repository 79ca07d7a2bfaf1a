-- $1 the first index, $2 kinds, $3 subjects, $4 numbers, $5 entries, $6 hashes, $7 salts.
INSERT INTO log_leaf (leaf_index, kind, subject, number, entry, hash, salt)
SELECT $1::bigint + place - 1, kind, subject, number, entry, hash, salt
FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::bytea[], $7::bytea[])
    WITH ORDINALITY AS new (kind, subject, number, entry, hash, salt, place)
