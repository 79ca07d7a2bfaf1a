-- Ends the wait of a held file. $1 id, $2 state, $3 instant, $4 by whom, $5 the import it became, or null.
UPDATE held_import SET state = $2, decided_at = $3, decided_by = $4, source_file_id = $5 WHERE id = $1 AND state = 'held'
