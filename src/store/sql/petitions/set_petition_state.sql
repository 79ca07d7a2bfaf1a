-- The state of a petition. $1 id, $2 state.
UPDATE petition SET state = $2 WHERE id = $1
