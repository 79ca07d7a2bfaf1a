-- What the table of actors that counts, the newest by the day it speaks for, has of some NIT. $1 NIT without check digits, each once.
WITH edition AS (
    SELECT f.id FROM source_file f WHERE f.kind = 'actors' AND counts_at(f.id, f.ended_in, NULL)
    ORDER BY f.cut_date DESC NULLS LAST, f.id DESC LIMIT 1
)
SELECT a.nit, a.name, a.seller, a.stage, a.channel, a.valid_from, a.valid_until, a.citation
FROM edition e JOIN actor a ON a.source_file_id = e.id
WHERE a.nit = ANY ($1::text[]) ORDER BY a.line
