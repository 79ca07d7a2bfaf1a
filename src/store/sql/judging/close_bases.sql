-- Ends these bases; they stay readable by `known_at`. $1 ids, $2 the import.
UPDATE basis SET superseded_in = $2 WHERE id = ANY($1::bigint[])
