-- The partitions that hold one file each; what stands in them never changes.
SELECT substring(c.relname FROM '^sismed_row_([0-9]+)$')::bigint AS part
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'sismed_row'::regclass AND c.relname ~ '^sismed_row_[0-9]+$' ORDER BY part
