-- How many reports each import ended: one look at every report.
SELECT superseded_in AS import, count(*) AS reports FROM sismed_row WHERE superseded_in IS NOT NULL GROUP BY superseded_in
