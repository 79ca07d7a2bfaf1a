-- Acts published here, and how many of their ceilings and prices of markets are not as approved.
SELECT p.act_id, p.version, p.content_digest = d.content_digest AS same_digest,
    (SELECT count(*) FROM act_draft_ceiling a WHERE a.draft_id = p.draft_id AND NOT EXISTS (
        SELECT FROM ceiling c WHERE c.source_file_id = p.source_file_id AND c.expediente = a.expediente AND c.consecutive = a.consecutive
            AND c.column_code = a.column_code AND c.amount IS NOT DISTINCT FROM a.amount AND c.margin IS NOT DISTINCT FROM a.margin)) AS ceilings,
    (SELECT count(*) FROM act_draft_market a WHERE a.draft_id = p.draft_id AND NOT EXISTS (
        SELECT FROM market_price m WHERE m.source_file_id = p.source_file_id AND m.market = a.market AND m.unit_price = a.unit_price)) AS markets
FROM act_publication p JOIN act_draft d ON d.id = p.draft_id
ORDER BY p.source_file_id
