-- Ends the verdicts that rest on these bases. $1 basis ids, $2 the import.
UPDATE assessment SET superseded_in = $2 WHERE basis_id = ANY($1::bigint[]) AND superseded_in IS NULL
