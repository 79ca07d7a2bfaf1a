-- $1 id.
SELECT id, kind, name, nit FROM principal WHERE id = $1
