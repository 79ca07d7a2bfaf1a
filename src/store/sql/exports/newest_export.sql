-- The newest version of a data set. $1 data set.
SELECT id, ordinal, version, digest FROM export WHERE data_set = $1 ORDER BY ordinal DESC LIMIT 1
