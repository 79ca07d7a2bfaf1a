-- $1 report ids, $2 the flag's bit, $3 their file, which is a partition of its own or in the shared one.
UPDATE sismed_row SET flags = flags | $2::smallint WHERE id = ANY($1::bigint[]) AND part IN (0, $3)
