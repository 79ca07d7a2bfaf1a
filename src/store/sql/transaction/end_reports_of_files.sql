-- The reports of files that no longer count, and how many they were. $1 files, $2 the import; a file is a partition of its own or in the shared one.
WITH closed AS (
    UPDATE sismed_row SET superseded_in = $2
    WHERE source_file_id = ANY($1::bigint[]) AND (part = 0 OR part = ANY($1::bigint[])) AND superseded_in IS NULL RETURNING source_file_id
), marked AS (
    UPDATE source_file SET reports_superseded_in = $2 WHERE id IN (SELECT source_file_id FROM closed)
)
SELECT count(*) AS reports FROM closed
