-- $1 id.
UPDATE act_draft SET state = 'published' WHERE id = $1
