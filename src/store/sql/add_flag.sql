-- $1 report ids, $2 flag.
UPDATE sismed_report SET flags = flags || $2::text WHERE id = ANY($1::bigint[])
