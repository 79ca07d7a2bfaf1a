-- What people say that lines are, with the line's text and day, to be read again and compared.
SELECT l.purchase_id, l.labeller, l.truth, l.expediente, l.consecutive, l.market, p.item_text
FROM purchase_label l
CROSS JOIN LATERAL (SELECT q.item_text FROM purchase q WHERE q.id = l.purchase_id ORDER BY q.source_file_id DESC, q.line LIMIT 1) p
ORDER BY l.purchase_id, l.labeller
