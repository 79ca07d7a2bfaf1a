-- Other published files of reports that cover some of the same span. $1 the file, $2 from, $3 until.
SELECT id, coalesce(cut_date, covers_until - 1) AS day FROM source_file
WHERE kind = 'sismed' AND ended_in IS NULL AND id <> $1 AND covers_from < $3 AND covers_until > $2 ORDER BY id
