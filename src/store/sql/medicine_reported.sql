-- Presentations that reports name.
SELECT DISTINCT expediente, consecutive FROM sismed_report ORDER BY expediente, consecutive
