-- The lines of one file get their indexes and become partitions. $1 the file.
SELECT attach_purchase_partition($1::bigint)
