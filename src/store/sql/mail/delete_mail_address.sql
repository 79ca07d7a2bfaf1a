-- Takes a person's address away. $1 principal.
DELETE FROM mail_address WHERE principal_id = $1
