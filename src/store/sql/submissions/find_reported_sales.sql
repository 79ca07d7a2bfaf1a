-- A submission of a reporter of which a report stands for a part of a period. $1 NIT, $2 from, $3 until,
-- $4 the submission that is corrected, or null.
SELECT s.id FROM submission s
WHERE s.nit = $1 AND s.id IS DISTINCT FROM $4 AND s.source_file_id IS NOT NULL AND s.rows_accepted > 0 AND EXISTS
    (SELECT FROM sismed_row r WHERE r.part IN (0, s.source_file_id) AND r.source_file_id = s.source_file_id AND r.superseded_in IS NULL
        AND r.period_from < $3 AND r.period_until > $2)
ORDER BY s.received_at LIMIT 1
