-- The publications of an act here, oldest first. $1 act id.
SELECT version, draft_id, valid_from, published_at, content_digest FROM act_publication WHERE act_id = $1 ORDER BY version
