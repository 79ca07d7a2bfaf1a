-- Readings of some lines are replaced. $1 the import that brings the new ones, $2 the file of the lines, $3 the lines, $4 version of the matcher.
UPDATE purchase_reading SET superseded_in = $1::bigint
WHERE source_file_id = $2::bigint AND line = ANY($3::integer[]) AND matcher_version = $4::smallint AND superseded_in IS NULL
