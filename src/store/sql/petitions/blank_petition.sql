-- A petition withdrawn: its words are gone, their digest stays. $1 id.
UPDATE petition SET state = 'withdrawn', request = NULL, reasons = NULL WHERE id = $1
