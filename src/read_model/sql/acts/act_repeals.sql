-- The acts that an act repeals. $1 act id.
SELECT id FROM act WHERE repealed_by = $1
UNION SELECT unnest(supersedes) FROM act_publication WHERE act_id = $1
EXCEPT SELECT $1 ORDER BY 1
