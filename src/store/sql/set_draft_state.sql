-- $1 id, $2 state.
UPDATE act_draft SET state = $2 WHERE id = $1
