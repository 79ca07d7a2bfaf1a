-- Lines that are alike in everything, with what they were read as. $1 id.
SELECT p.id, p.line, p.source_file_id, p.order_id, p.ordered_on, p.buyer_nit, p.buyer_name, p.seller_kind, p.seller_nit, p.seller_name, p.item_text, p.price,
    p.quantity, p.unit_text, p.line_total, p.framework, p.state, p.currency, p.is_return, p.cancelled, p.implausible, p.counts,
    CASE WHEN p.counts THEN coalesce(r.verdict, 'cannot_compare') ELSE 'cannot_compare' END AS verdict,
    CASE WHEN p.counts THEN coalesce(r.reasons, ARRAY['not_read_yet']) ELSE ARRAY['not_counted'] END AS reasons,
    r.set_size, r.expediente, r.consecutive, r.market, r.described, r.unit_basis,
    CASE WHEN p.counts THEN r.excess_percent END AS excess_percent, r.regulated_unit, r.regulated_price, r.regulated_units, r.quantity_band, r.act_id
FROM current_purchase p
LEFT JOIN current_purchase_reading r ON r.source_file_id = p.source_file_id AND r.line = p.line
WHERE p.id = $1::bigint
ORDER BY p.id, p.line
