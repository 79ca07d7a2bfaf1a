-- Reports that wait for a decision or an answer, what is due first before the others. $1 limit.
SELECT p.id, p.received_on, p.language, p.state, p.cum, m.brand, p.typed, p.amount, p.per, p.bought_on, p.municipality, p.question, p.due_on, p.due_citation,
    p.disposition
FROM price_report p
LEFT JOIN medicine m ON m.expediente = split_part(p.cum, '-', 1)::integer AND m.consecutive = split_part(p.cum, '-', 2)::integer
WHERE p.state <> 'withdrawn' AND (p.state = 'received' OR p.due_on IS NOT NULL AND p.disposition IS NULL)
ORDER BY p.due_on NULLS LAST, p.id LIMIT $1
