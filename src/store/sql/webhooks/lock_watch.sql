-- Locks one watch of a principal, to change it; an import that enqueues messages for it does not block this. $1 id, $2 principal.
SELECT state FROM watch WHERE id = $1 AND principal_id = $2 AND state <> 'deleted' FOR NO KEY UPDATE
