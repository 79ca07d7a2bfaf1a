-- Cases with their totals, in order of id. $1 id, $2 state, $3 seller's NIT, $4 expediente, $5 consecutive, $6 act, $7 from and $8 until (periods
-- that meet the span), $9 NIT of a seller who sees only its own and only once notified: each may be null; $10 only what was confirmed,
-- $11 after this id or null, $12 limit, $13 who works on it, `none` or null. Who works on a case is read for those alone who see every case.
SELECT c.id, c.state, c.version, c.doubtful, c.seller_nit, s.name AS seller_name, c.expediente, c.consecutive, m.description, m.holder,
    a.id AS act_id, a.title AS act_title, a.published_in, a.source AS act_source, c.period_from, c.period_until, c.opened_at,
    evidence.reports, evidence.amount, steps.notified_on, steps.confirmed_on, steps.reply_at, steps.reply_text,
    hands.assignee_id, hands.assignee_name
FROM case_file c
JOIN act a ON a.id = c.act_id
LEFT JOIN reporter s ON s.nit = c.seller_nit
LEFT JOIN medicine m ON m.expediente = c.expediente AND m.consecutive = c.consecutive
CROSS JOIN LATERAL (
    SELECT count(*) AS reports, coalesce(sum(e.amount), 0) AS amount FROM case_evidence e WHERE e.case_id = c.id AND e.superseded_in IS NULL
) evidence
CROSS JOIN LATERAL (
    SELECT max(v.day) FILTER (WHERE v.kind = 'transition' AND v.to_state = 'notified') AS notified_on,
        max(v.day) FILTER (WHERE v.kind = 'transition' AND v.to_state = 'confirmed') AS confirmed_on,
        coalesce(array_agg(v.at ORDER BY v.ordinal) FILTER (WHERE v.kind = 'reply'), '{}') AS reply_at,
        coalesce(array_agg(v.text ORDER BY v.ordinal) FILTER (WHERE v.kind = 'reply'), '{}') AS reply_text
    FROM case_event v WHERE v.case_id = c.id
) steps
LEFT JOIN LATERAL (
    SELECT h.assignee_id, p.name AS assignee_name FROM case_assignment h LEFT JOIN principal p ON p.id = h.assignee_id
    WHERE h.case_id = c.id AND $9::text IS NULL AND NOT $10::boolean ORDER BY h.ordinal DESC LIMIT 1
) hands ON true
WHERE ($1::text IS NULL OR c.id = $1) AND ($2::text IS NULL OR c.state = $2) AND ($3::text IS NULL OR c.seller_nit = $3)
    AND ($4::integer IS NULL OR c.expediente = $4) AND ($5::integer IS NULL OR c.consecutive = $5) AND ($6::text IS NULL OR c.act_id = $6)
    AND ($7::date IS NULL OR c.period_until > $7) AND ($8::date IS NULL OR c.period_from < $8)
    AND ($9::text IS NULL OR (c.seller_nit = $9 AND steps.notified_on IS NOT NULL))
    AND (NOT $10::boolean OR (c.state IN ('confirmed', 'closed') AND steps.confirmed_on IS NOT NULL))
    AND ($11::text IS NULL OR c.id > $11)
    AND ($13::text IS NULL OR hands.assignee_id = $13 OR ($13 = 'none' AND hands.assignee_id IS NULL))
ORDER BY c.id LIMIT $12
