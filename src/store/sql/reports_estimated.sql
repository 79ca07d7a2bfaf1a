-- About how many reports there are, as the planner counts them.
SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint AS reports
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'sismed_row'::regclass
