-- Contracts of medicines (UNSPSC 51) of the edition that counts. $1 after this id or null, $2 limit.
SELECT DISTINCT ON (c.contract_id) c.source_file_id, c.line, c.contract_id, c.process_id, c.buyer_nit, c.buyer_name, c.seller_kind, c.seller_nit, c.seller_name, c.signed_on, c.category, c.object, c.state,
    c.is_draft, c.value, c.added_days
FROM contract c WHERE c.source_file_id = (SELECT e.source_file_id FROM purchase_edition e WHERE e.kind = 'secop_contracts')
    AND c.category LIKE '51%' AND ($1::text IS NULL OR c.contract_id > $1::text COLLATE "C")
ORDER BY c.contract_id, c.line DESC LIMIT $2::bigint
