-- Data sets whose versions are not counted without a gap.
SELECT data_set, count(*) AS versions, max(ordinal)::bigint AS newest FROM export GROUP BY data_set HAVING count(*) <> max(ordinal)
