-- What a prepared submission rests on: the newest import of more than reports, which may have changed the law or the catalogue, and the reporter's
-- newest submission that stands, since its rows may have been reported there before. $1 NIT.
SELECT (SELECT coalesce(max(id), 0) FROM source_file WHERE kind NOT IN ('sismed', 'submission')) AS law,
    (SELECT coalesce(max(source_file_id), 0) FROM submission WHERE nit = $1) AS reported
