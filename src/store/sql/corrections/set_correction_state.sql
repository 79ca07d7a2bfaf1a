-- The state of a correction; withdrawn, its words are gone. $1 id, $2 state.
UPDATE purchase_correction SET state = $2, body = CASE WHEN $2::text = 'withdrawn' THEN NULL ELSE body END WHERE id = $1
