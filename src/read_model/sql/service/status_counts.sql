-- How many presentations there are, how many of them have a ceiling in some list, and the newest import that judged reports again.
-- No parameters.
SELECT (SELECT count(*) FROM medicine) AS medicines,
    (SELECT count(DISTINCT (c.expediente, c.consecutive)) FROM ceiling c JOIN source_file f ON f.id = c.source_file_id
        WHERE c.kind = 'maximum' AND c.amount IS NOT NULL AND f.ended_in IS NULL) AS ceilings,
    coalesce((SELECT max(recorded_in) FROM reassessment), 0) AS judged_again
