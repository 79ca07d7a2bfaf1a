-- How many presentations there are, and the newest import that judged reports again. No parameters.
SELECT (SELECT count(*) FROM medicine) AS medicines, coalesce((SELECT max(recorded_in) FROM reassessment), 0) AS judged_again
