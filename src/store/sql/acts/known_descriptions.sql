-- How the newest list that describes them writes these presentations, and what it says a pack holds. $1 expedientes.
SELECT DISTINCT ON (c.expediente, c.consecutive) c.expediente, c.consecutive, c.description, c.market, c.regulated_units, c.regulated_unit
FROM ceiling c JOIN source_file f ON f.id = c.source_file_id
WHERE c.expediente = ANY($1::integer[]) AND c.description <> '' AND f.ended_in IS NULL
ORDER BY c.expediente, c.consecutive, (c.regulated_units IS NOT NULL) DESC, f.cut_date DESC NULLS LAST, f.id DESC, c.id
