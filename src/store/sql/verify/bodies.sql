-- Submissions with what their bodies must be. $1 after this one, $2 limit.
SELECT id, bytes, sha256 FROM submission WHERE id > $1 ORDER BY id LIMIT $2
