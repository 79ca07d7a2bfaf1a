-- Work on it has begun; seen at once. $1 id.
UPDATE submission SET state = 'validating' WHERE id = $1 AND state = 'received'
