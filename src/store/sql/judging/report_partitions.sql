-- The partitions that hold one file each, and the newest import that superseded some of their reports; nothing else in them changes.
SELECT p.part, coalesce(f.reports_superseded_in, 0) AS changed
FROM (SELECT substring(c.relname FROM '^sismed_row_([0-9]+)$')::bigint AS part
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'sismed_row'::regclass AND c.relname ~ '^sismed_row_[0-9]+$') p
LEFT JOIN source_file f ON f.id = p.part ORDER BY p.part
