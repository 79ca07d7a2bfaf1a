-- A person's address. $1 principal.
SELECT address, entered_at, confirmed_at FROM mail_address WHERE principal_id = $1 ORDER BY principal_id
