-- The run that read a file which is or was held, and where. $1 the held file.
SELECT id, address FROM feed_run WHERE held_import_id = $1 ORDER BY id DESC LIMIT 1
