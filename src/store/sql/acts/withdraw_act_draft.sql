-- $1 id, $2 principal, $3 instant.
UPDATE act_draft SET state = 'withdrawn', withdrawn_by = $2, withdrawn_at = $3 WHERE id = $1
