-- The next event of a case. $1 case, $2 ordinal, $3 instant, $4 legal day, $5 principal, $6 kind, $7 from state, $8 to state, $9 reason, $10 text.
INSERT INTO case_event (case_id, ordinal, at, day, principal_id, kind, from_state, to_state, reason, text)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
