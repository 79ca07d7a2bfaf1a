-- $1 submission, $2 ordinal, $3 bytes.
INSERT INTO submission_body (submission_id, ordinal, bytes) VALUES ($1, $2, $3)
