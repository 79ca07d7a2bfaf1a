-- $1 submission, $2 ordinal.
SELECT bytes FROM submission_body WHERE submission_id = $1 AND ordinal = $2
