-- The day of a buyer's newest line in the edition that counts; null without a line. $1 buyer.
SELECT max(p.ordered_on) AS newest FROM purchase p
WHERE p.buyer_nit = $1::text AND p.source_file_id = (SELECT e.source_file_id FROM purchase_edition e WHERE e.kind = 'tvec_items')
ORDER BY 1
