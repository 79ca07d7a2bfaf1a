-- Reports of known sellers that an import found above a ceiling, and that are no evidence yet. $1 the import, $2 the bit of `reported_before`.
WITH found AS (
    SELECT r.id, r.part FROM sismed_row r
    WHERE r.source_file_id = $1 AND r.seller_nit IS NOT NULL AND r.judged & 7 = 1
        AND NOT EXISTS (SELECT FROM reassessment c WHERE c.report_id = r.id)
    UNION ALL
    SELECT c.report_id, c.report_part FROM reassessment c WHERE c.recorded_in = $1 AND c.superseded_in IS NULL AND c.judged & 7 = 1
)
SELECT r.id, r.part, r.expediente, r.consecutive, r.period_from, r.period_until, r.transaction, r.unit, r.minimum, r.maximum, r.units, r.value
FROM found JOIN sismed_row r ON r.id = found.id AND r.part = found.part
WHERE r.seller_nit IS NOT NULL AND r.operation IN (0, 1) AND r.superseded_in IS NULL AND r.flags & $2::smallint = 0
    AND NOT EXISTS (SELECT FROM case_evidence e WHERE e.report_id = r.id AND e.superseded_in IS NULL)
ORDER BY r.id
