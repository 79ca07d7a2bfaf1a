-- How the newest list writes these presentations. $1 expedientes.
SELECT DISTINCT ON (c.expediente, c.consecutive) c.expediente, c.consecutive, c.description, c.market
FROM ceiling c WHERE c.expediente = ANY($1::integer[]) ORDER BY c.expediente, c.consecutive, c.source_file_id DESC, c.id
