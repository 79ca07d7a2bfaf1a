-- The history of a case, in order. $1 id.
SELECT v.ordinal, v.at, v.day, v.kind, v.from_state, v.to_state, v.reason, v.text, p.kind AS by_kind, p.name AS by_name
FROM case_event v LEFT JOIN principal p ON p.id = v.principal_id
WHERE v.case_id = $1 ORDER BY v.ordinal
