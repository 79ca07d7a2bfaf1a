-- The presentations that are sold, for a list of pages; $1 how many at most.
SELECT expediente, consecutive
FROM medicine
WHERE NOT medical_sample
ORDER BY expediente, consecutive
LIMIT $1
