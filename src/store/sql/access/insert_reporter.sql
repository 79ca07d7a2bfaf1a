-- A company that owes reports; one that is known stays as it is. $1 NIT, $2 name, $3 actor, $4 obliged from.
INSERT INTO reporter (nit, name, actor, obliged_from) VALUES ($1, $2, $3, $4) ON CONFLICT (nit) DO NOTHING
