-- What happened to contracts, as published and never summed. $1 contracts.
SELECT v.contract_id, v.line, v.event_id, v.kind, v.kind_text, v.recorded_on, v.description, v.amount, v.amount_means
FROM contract_event v WHERE v.source_file_id = (SELECT e.source_file_id FROM purchase_edition e WHERE e.kind = 'secop_additions')
    AND v.contract_id = ANY($1::text[])
ORDER BY v.contract_id, v.recorded_on NULLS LAST, v.line
