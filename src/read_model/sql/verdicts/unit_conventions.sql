-- What the table of unit conventions that counts, the newest by the day it speaks for, has of some sellers, and of kinds of documents whoever
-- sells. $1 NIT without check digits, each once.
WITH edition AS (
    SELECT f.id FROM source_file f WHERE f.kind = 'unit_conventions' AND counts_at(f.id, f.ended_in, NULL)
    ORDER BY f.cut_date DESC NULLS LAST, f.id DESC LIMIT 1
)
SELECT c.seller_nit, c.document_kind, c.per, c.valid_from, c.valid_until, c.citation
FROM edition e JOIN unit_convention c ON c.source_file_id = e.id
WHERE c.seller_nit IS NULL OR c.seller_nit = ANY ($1::text[]) ORDER BY c.line
