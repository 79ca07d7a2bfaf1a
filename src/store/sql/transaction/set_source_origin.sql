-- A file that came by itself: the run that read it, and where. $1 file, $2 run, $3 address.
UPDATE source_file SET feed_run_id = $2, address = $3 WHERE id = $1
