-- Cases whose state is not that of their last event, or whose events are not counted without a gap.
SELECT c.id FROM case_file c
LEFT JOIN LATERAL (SELECT count(*) AS events, max(ordinal) AS newest FROM case_event e WHERE e.case_id = c.id) n ON true
LEFT JOIN LATERAL (SELECT e.to_state FROM case_event e WHERE e.case_id = c.id AND e.to_state IS NOT NULL AND e.kind <> 'proposal'
    ORDER BY e.ordinal DESC LIMIT 1) last ON true
WHERE n.events = 0 OR n.events <> n.newest OR last.to_state IS DISTINCT FROM c.state
ORDER BY c.id
