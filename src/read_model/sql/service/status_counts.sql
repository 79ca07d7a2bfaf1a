-- How many presentations there are, and how many of them have a ceiling in some list. No parameters.
SELECT (SELECT count(*) FROM medicine) AS medicines,
    (SELECT count(DISTINCT (c.expediente, c.consecutive)) FROM ceiling c JOIN source_file f ON f.id = c.source_file_id
        WHERE c.kind = 'maximum' AND c.amount IS NOT NULL AND f.ended_in IS NULL) AS ceilings
