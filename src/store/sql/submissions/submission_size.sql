-- How large a submission is that is not finished. $1 id.
SELECT bytes, gzip, format FROM submission WHERE id = $1 AND finished_at IS NULL
