-- Reports of a new file of known sellers that are above a ceiling: what `reports_above` will find once the file is imported. $1 the file, $2 the bit of
-- `reported_before`.
SELECT r.id, r.part, r.expediente, r.consecutive, r.period_from, r.period_until, r.transaction, r.unit, r.minimum, r.maximum, r.units, r.value
FROM sismed_row r
WHERE r.part IN (0, $1) AND r.source_file_id = $1 AND r.seller_nit IS NOT NULL AND r.judged & 7 = 1 AND r.operation IN (0, 1)
    AND r.superseded_in IS NULL AND r.flags & $2::smallint = 0
ORDER BY r.id
