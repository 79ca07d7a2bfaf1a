-- A piece of a held file. $1 held import, $2 ordinal, $3 bytes.
INSERT INTO held_import_body (held_import_id, ordinal, bytes) VALUES ($1, $2, $3)
