-- ATC classes and ingredients of every market named by a list. $1 newest import known, or null.
SELECT DISTINCT m.atc, m.ingredient FROM market_price m JOIN source_file f ON f.id = m.source_file_id
WHERE counts_at(f.id, f.ended_in, $1::bigint) ORDER BY m.atc, m.ingredient
