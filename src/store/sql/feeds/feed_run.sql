-- One run by its number, with the file that it holds. $1 number.
SELECT feed, state, held_import_id FROM feed_run WHERE id = $1
