-- ... and their later verdicts. $1 files, $2 the import.
UPDATE reassessment a SET superseded_in = $2
FROM sismed_row r
WHERE r.source_file_id = ANY($1::bigint[]) AND (r.part = 0 OR r.part = ANY($1::bigint[]))
    AND a.report_id = r.id AND a.report_part = r.part AND a.superseded_in IS NULL
