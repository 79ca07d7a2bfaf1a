-- The name of a data set's newest version. $1 data set.
SELECT version FROM export WHERE data_set = $1 ORDER BY ordinal DESC LIMIT 1
