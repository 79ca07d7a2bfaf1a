-- How many presentations there are.
SELECT count(*) AS rows FROM medicine
