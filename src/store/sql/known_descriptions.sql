-- How the newest list that describes them writes these presentations, and what it says a pack holds. $1 expedientes.
SELECT DISTINCT ON (c.expediente, c.consecutive) c.expediente, c.consecutive, c.description, c.market, c.regulated_units, c.regulated_unit
FROM ceiling c WHERE c.expediente = ANY($1::integer[]) AND c.description <> ''
ORDER BY c.expediente, c.consecutive, (c.regulated_units IS NOT NULL) DESC, c.source_file_id DESC, c.id
