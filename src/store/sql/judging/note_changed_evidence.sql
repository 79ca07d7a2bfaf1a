-- Records in the history of cases that their evidence changed, and the consequence. $1 case ids, $2 instant, $3 legal day, $4 the reason to dismiss.
WITH evidence AS (
    SELECT c.id, c.state AS from_state, c.version + 1 AS version, count(e.report_id) AS live, c.doubtful,
        -- Dismissed by the service itself, for want of evidence: nobody has decided anything.
        (SELECT n.principal_id IS NULL FROM case_event n
            WHERE n.case_id = c.id AND n.to_state IS DISTINCT FROM n.from_state ORDER BY n.ordinal DESC LIMIT 1) AS by_itself
    FROM case_file c LEFT JOIN case_evidence e ON e.case_id = c.id AND e.superseded_in IS NULL
    WHERE c.id = ANY($1::text[])
    GROUP BY c.id, c.state, c.version, c.doubtful
), decided AS (
    SELECT id, from_state, version, CASE
        WHEN live = 0 AND from_state IN ('ask_reporter', 'suspected') THEN 'dismissed'
        WHEN live > 0 AND from_state = 'dismissed' AND by_itself THEN CASE WHEN doubtful THEN 'ask_reporter' ELSE 'suspected' END
        ELSE from_state END AS to_state
    FROM evidence
), events AS (
    INSERT INTO case_event (case_id, ordinal, at, day, kind, from_state, to_state, reason)
    SELECT id, version, $2, $3, 'evidence_changed', from_state, to_state, CASE WHEN to_state = 'dismissed' AND from_state <> to_state THEN $4::text END
    FROM decided
)
UPDATE case_file c SET state = d.to_state, version = d.version FROM decided d WHERE c.id = d.id
RETURNING c.id, d.from_state, d.to_state
