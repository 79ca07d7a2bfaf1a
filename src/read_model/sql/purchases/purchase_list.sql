-- Lines of the edition that counts, with what they were read as. $1 market, $2 and $3 product, $4 buyer, $5 verdict, $6 first day, $7 the day after the
-- last, $8 how well it is described, $9 after this id, $10 and this line, each or null, $11 limit.
SELECT p.id, p.line, p.source_file_id, p.order_id, p.ordered_on, p.buyer_nit, p.buyer_name, p.seller_kind, p.seller_nit, p.seller_name, p.item_text, p.price,
    p.quantity, p.unit_text, p.line_total, p.framework, p.state, p.currency, p.is_return, p.cancelled, p.implausible, p.counts,
    CASE WHEN p.counts THEN coalesce(r.verdict, 'cannot_compare') ELSE 'cannot_compare' END AS verdict,
    CASE WHEN p.counts THEN coalesce(r.reasons, ARRAY['not_read_yet']) ELSE ARRAY['not_counted'] END AS reasons,
    r.set_size, r.expediente, r.consecutive, r.market, r.described, r.unit_basis,
    CASE WHEN p.counts THEN r.excess_percent END AS excess_percent, r.regulated_unit, r.regulated_price, r.regulated_units, r.quantity_band, r.act_id
FROM current_purchase p
LEFT JOIN current_purchase_reading r ON r.source_file_id = p.source_file_id AND r.line = p.line
WHERE ($1::text IS NULL OR r.market = $1::text)
    AND ($2::integer IS NULL OR (r.expediente = $2::integer AND r.consecutive = $3::integer))
    AND ($4::text IS NULL OR p.buyer_nit = $4::text)
    AND ($5::text IS NULL OR (r.verdict = $5::text AND p.counts) OR ($5::text = 'cannot_compare' AND (NOT p.counts OR r.verdict IS NULL)))
    AND ($6::date IS NULL OR p.ordered_on >= $6::date)
    AND ($7::date IS NULL OR p.ordered_on < $7::date)
    AND ($8::text IS NULL OR r.described = $8::text)
    AND ($9::bigint IS NULL OR (p.id, p.line) > ($9::bigint, $10::integer))
ORDER BY p.id, p.line LIMIT $11::bigint
