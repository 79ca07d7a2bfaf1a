-- A piece of a held file. $1 held import, $2 ordinal.
SELECT bytes FROM held_import_body WHERE held_import_id = $1 AND ordinal = $2
