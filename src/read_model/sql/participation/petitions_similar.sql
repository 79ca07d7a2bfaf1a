-- Petitions about a market or product that can be supported, the newest first. $1 its code, $2 limit.
SELECT p.id, p.received_on, p.language, p.subject, p.target, p.request, p.reasons, p.due_on, p.due_citation, p.state, s.supports, t.supports AS threshold, t.effect_es, t.effect_en,
    a.answered_on, a.disposition, c.due_on AS second_due_on, c.due_citation AS second_due_citation
FROM petition p CROSS JOIN LATERAL (SELECT count(*) AS supports FROM petition_support o WHERE o.petition_id = p.id) s
LEFT JOIN LATERAL (SELECT h.supports, h.effect_es, h.effect_en FROM petition_threshold h
    WHERE h.valid_from <= p.received_on AND (h.valid_until IS NULL OR p.received_on < h.valid_until) AND h.supports <= s.supports
    ORDER BY h.supports DESC LIMIT 1) t ON true
LEFT JOIN LATERAL (SELECT n.answered_on, n.disposition FROM petition_answer n WHERE n.petition_id = p.id ORDER BY n.ordinal DESC LIMIT 1) a ON true
LEFT JOIN petition_event c ON c.petition_id = p.id AND c.to_state = 'contested'
WHERE p.target = $1 AND p.state IN ('published', 'contested')
ORDER BY p.received_at DESC, p.id LIMIT $2
