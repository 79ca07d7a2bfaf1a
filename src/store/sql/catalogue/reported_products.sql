-- Presentations that reports name which count.
SELECT DISTINCT expediente, consecutive FROM sismed_row WHERE superseded_in IS NULL ORDER BY expediente, consecutive
