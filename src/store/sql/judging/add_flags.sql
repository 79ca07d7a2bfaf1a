-- $1 report ids, each once, $2 the bits of their flags, $3 their file, which is a partition of its own or in the shared one.
UPDATE sismed_row r SET flags = r.flags | f.bits FROM unnest($1::bigint[], $2::smallint[]) AS f (id, bits)
WHERE r.id = f.id AND r.part IN (0, $3)
