-- Receipts after one, in the order in which they were given. $1 the last position, $2 how many.
SELECT id, position, receipt FROM submission WHERE receipt IS NOT NULL AND position > $1 ORDER BY position LIMIT $2
