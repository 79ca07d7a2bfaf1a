-- The table for the rows of one file gets its indexes, before it is a partition. $1 the file, $2 the NIT of who reported all of them, or null.
SELECT index_report_partition($1, $2)
