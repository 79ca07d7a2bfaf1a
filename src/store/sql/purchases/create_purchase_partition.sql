-- Tables for the lines of one file and for what they are read as, which will be partitions. $1 the file.
SELECT create_purchase_partition($1::bigint)
