-- A decided file's bytes are not kept. $1 held import.
DELETE FROM held_import_body WHERE held_import_id = $1
