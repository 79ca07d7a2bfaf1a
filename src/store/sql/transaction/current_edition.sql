-- The edition in force of a list, by the day it speaks for; the sample is none. $1 kind, $2 series or null for all, $3 but not this file.
SELECT id, name, cut_date, rows_read, rows_accepted, rows_quarantined FROM source_file
WHERE kind = $1 AND ($2::text IS NULL OR series = $2) AND id <> $3 AND ended_in IS NULL AND NOT sample
ORDER BY cut_date DESC NULLS LAST, id DESC LIMIT 1
