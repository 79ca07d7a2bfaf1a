-- A decision about a draft. $1 draft, $2 principal, $3 decision, $4 instant, $5 digest of the content, $6 reason.
INSERT INTO act_draft_decision (draft_id, principal_id, decision, at, digest, reason) VALUES ($1, $2, $3, $4, $5, $6)
