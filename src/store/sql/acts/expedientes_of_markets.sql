-- Registrations that some list places in these markets. $1 markets.
SELECT DISTINCT expediente FROM ceiling WHERE market = ANY($1::text[]) ORDER BY expediente
