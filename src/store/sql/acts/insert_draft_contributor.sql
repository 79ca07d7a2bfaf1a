-- Somebody added to the content of a draft; before the new digest is set. $1 draft, $2 principal, $3 contribution, $4 instant, $5 digest with it.
INSERT INTO act_draft_contributor (draft_id, principal_id, contribution, at, digest_after) VALUES ($1, $2, $3, $4, $5)
