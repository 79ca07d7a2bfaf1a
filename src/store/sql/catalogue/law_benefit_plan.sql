-- The benefit plan's list that counts: by the day it speaks for. $1 newest import known, or null.
WITH edition AS (
    SELECT f.id, f.name, f.cut_date FROM source_file f WHERE f.kind = 'benefit_plan' AND counts_at(f.id, f.ended_in, $1::bigint)
    ORDER BY f.cut_date DESC NULLS LAST, f.id DESC LIMIT 1
)
SELECT e.name, e.cut_date, r.atc, r.ingredient, r.forms, r.note, r.coverage
FROM edition e JOIN benefit_plan_row r ON r.source_file_id = e.id ORDER BY r.line
