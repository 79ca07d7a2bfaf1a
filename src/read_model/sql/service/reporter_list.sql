-- Companies that owe reports, by NIT, with the number of accepted reports and the newest one. $1 after this NIT or null, $2 limit.
SELECT r.nit, r.name, r.actor, r.obliged_from, count(s.id) AS accepted, max(s.received_at) AS last_accepted_at
FROM reporter r LEFT JOIN submission s ON s.nit = r.nit AND s.kind = 'report' AND NOT s.dry_run AND s.state IN ('accepted', 'partly_quarantined')
WHERE $1::text IS NULL OR r.nit > $1
GROUP BY r.nit ORDER BY r.nit LIMIT $2
