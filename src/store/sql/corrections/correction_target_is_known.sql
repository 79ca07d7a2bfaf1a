-- Whether there is such a purchase, and such a product. $1 purchase, $2 and $3 product or null.
SELECT EXISTS (SELECT FROM purchase p WHERE p.id = $1::bigint) AS purchase_known,
    $2::integer IS NULL OR EXISTS (SELECT FROM medicine m WHERE m.expediente = $2::integer AND m.consecutive = $3::integer) AS product_known
