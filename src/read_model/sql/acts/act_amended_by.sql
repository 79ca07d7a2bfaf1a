-- The acts that amend an act. $1 act id.
SELECT id FROM act WHERE amends = $1 ORDER BY id
