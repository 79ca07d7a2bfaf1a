-- Locks these cases until the commit. $1 ids.
SELECT id FROM case_file WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE
