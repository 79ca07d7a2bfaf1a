-- Lines of some markets, for their figures. $1 markets, $2 first day or null, $3 the day after the last or null, $4 limit.
SELECT p.id, p.line, p.ordered_on, p.buyer_nit, p.buyer_name, p.seller_kind, p.seller_nit, p.counts, p.implausible, p.is_return, p.cancelled, p.price, p.quantity,
    CASE WHEN p.counts THEN coalesce(r.verdict, 'cannot_compare') ELSE 'cannot_compare' END AS verdict,
    r.set_size, r.described, r.market, r.regulated_unit, r.regulated_price, r.regulated_units, r.quantity_band
FROM current_purchase_reading r
JOIN current_purchase p ON p.source_file_id = r.source_file_id AND p.line = r.line
WHERE r.market = ANY($1::text[]) AND ($2::date IS NULL OR p.ordered_on >= $2::date) AND ($3::date IS NULL OR p.ordered_on < $3::date)
ORDER BY p.id, p.line LIMIT $4::bigint
