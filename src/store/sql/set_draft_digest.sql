-- The content of a draft grew. $1 id, $2 digest.
UPDATE act_draft SET content_digest = $2 WHERE id = $1
