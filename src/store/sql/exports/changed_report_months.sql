-- The months in which reports came, went, came back or were judged otherwise after an import. $1 the import, $2 the files whose reports came or went.
SELECT (r.period_from - (extract(day FROM r.period_from)::integer - 1)) AS month FROM sismed_row r
WHERE r.source_file_id = ANY($2::bigint[]) AND (r.part = 0 OR r.part = ANY($2::bigint[])) AND (r.source_file_id > $1 OR r.superseded_in > $1)
UNION
-- What an undo brings back stands in the shared partition, under the file that it came with.
SELECT (r.period_from - (extract(day FROM r.period_from)::integer - 1)) FROM sismed_row r
WHERE r.part = 0 AND r.recorded_in > $1 AND EXISTS (SELECT FROM source_file WHERE id > $1 AND kind = 'undo')
UNION
SELECT (r.period_from - (extract(day FROM r.period_from)::integer - 1)) FROM reassessment a
JOIN sismed_row r ON r.id = a.report_id AND r.part = a.report_part WHERE a.recorded_in > $1
ORDER BY 1
