-- $1 id, $2 kind, $3 name, $4 NIT.
INSERT INTO principal (id, kind, name, nit) VALUES ($1, $2, $3, $4)
