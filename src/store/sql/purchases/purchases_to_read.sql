-- Lines of purchases with what a matcher read them as. $1 the file, $2 after this line, $3 version of the matcher, $4 limit.
SELECT p.line, p.order_id, p.ordered_on, p.buyer_nit, p.buyer_name, p.seller_nit, p.seller_kind, p.seller_name, p.item_text, p.price, p.quantity,
    p.unit_text, p.line_total, p.framework, p.state, p.currency, r.set_size, r.expediente, r.consecutive, r.market, r.described, r.unit_basis, r.verdict,
    r.reasons, r.excess_percent, r.regulated_unit, r.regulated_price, r.regulated_units, r.quantity_band, r.act_id
FROM purchase p
LEFT JOIN purchase_reading r ON r.source_file_id = p.source_file_id AND r.line = p.line AND r.matcher_version = $3::smallint AND r.superseded_in IS NULL
WHERE p.source_file_id = $1::bigint AND p.line > $2::integer ORDER BY p.line LIMIT $4::bigint
