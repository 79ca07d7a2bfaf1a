-- The rows of one file get their indexes and become a partition. $1 the file, $2 the NIT of who reported all of them, or null.
SELECT attach_report_partition($1, $2)
