-- The feeds, and whether each is read. $1 a name or null for all.
SELECT name, kind, data_set, enabled FROM feed WHERE $1::text IS NULL OR name = $1 ORDER BY ordinal
