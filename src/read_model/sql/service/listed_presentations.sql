-- How many presentations have a ceiling in some list in force. No parameters.
SELECT count(*) AS ceilings FROM (
    SELECT DISTINCT c.expediente, c.consecutive FROM ceiling c JOIN source_file f ON f.id = c.source_file_id
    WHERE c.kind = 'maximum' AND c.amount IS NOT NULL AND f.ended_in IS NULL
) listed
