-- How many versions of a data set have this name, or this name and a number of their own. $1 data set, $2 name.
SELECT count(*) AS taken FROM export WHERE data_set = $1 AND (version = $2 OR version LIKE $2 || '.%')
