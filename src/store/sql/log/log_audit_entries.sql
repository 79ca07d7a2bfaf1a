-- Audit entries after one. $1 the last position, $2 how many.
SELECT position, hash FROM audit_entry WHERE position > $1 ORDER BY position LIMIT $2
