-- Reports in force.
SELECT count(*) AS reports FROM sismed_row WHERE superseded_in IS NULL
