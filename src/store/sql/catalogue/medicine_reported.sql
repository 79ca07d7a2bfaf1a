-- Presentations that reports name: those that were marked so when the reports came.
SELECT expediente, consecutive FROM medicine WHERE 'sismed' = ANY(sources) ORDER BY expediente, consecutive
