-- The sample's files of a kind no longer count. $1 from this import on, $2 kind or null for all.
UPDATE source_file SET ended_in = $1 WHERE sample AND ended_in IS NULL AND id <> $1 AND ($2::text IS NULL OR kind = $2) RETURNING id, kind
