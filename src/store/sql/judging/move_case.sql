-- How a case stands after its newest event. $1 id, $2 state, $3 version.
UPDATE case_file SET state = $2, version = $3 WHERE id = $1
