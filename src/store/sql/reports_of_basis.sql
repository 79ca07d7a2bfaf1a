-- The reports whose current verdict rests on a basis. $1 basis id.
SELECT r.id, r.unit, r.minimum, r.maximum, r.units, r.value, a.verdict FROM assessment a JOIN sismed_report r ON r.id = a.report_id
WHERE a.basis_id = $1 AND a.superseded_in IS NULL ORDER BY r.id
