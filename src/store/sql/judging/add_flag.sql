-- $1 report ids, $2 the flag's bit.
UPDATE sismed_row SET flags = flags | $2::smallint WHERE id = ANY($1::bigint[])
