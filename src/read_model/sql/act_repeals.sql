-- The acts that an act repeals. $1 act id.
SELECT id FROM act WHERE repealed_by = $1 ORDER BY id
