-- A table for the rows of one file, which will be a partition. $1 the file.
SELECT create_report_partition($1)
