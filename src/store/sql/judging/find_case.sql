-- A case (lock it before) with the state for its next step: its last event and its evidence. $1 id.
SELECT c.state, c.version, c.seller_nit, last.kind AS last_kind, last.principal_id AS last_principal,
    (SELECT max(n.day) FROM case_event n WHERE n.case_id = c.id AND n.kind = 'transition' AND n.to_state = 'notified') AS notified_on,
    EXISTS (SELECT FROM case_evidence e WHERE e.case_id = c.id AND e.superseded_in IS NULL) AS has_evidence
FROM case_file c JOIN case_event last ON last.case_id = c.id AND last.ordinal = c.version
WHERE c.id = $1
