-- A contract of the edition that counts. $1 id.
SELECT c.source_file_id, c.line, c.contract_id, c.process_id, c.buyer_nit, c.buyer_name, c.seller_kind, c.seller_nit, c.seller_name, c.signed_on, c.category, c.object, c.state,
    c.is_draft, c.value, c.added_days
FROM contract c WHERE c.source_file_id = (SELECT e.source_file_id FROM purchase_edition e WHERE e.kind = 'secop_contracts')
    AND c.contract_id = $1::text
ORDER BY c.line DESC LIMIT 1
