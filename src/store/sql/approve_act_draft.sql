-- $1 id, $2 approver, $3 instant.
UPDATE act_draft SET state = 'approved', approved_by = $2, approved_at = $3 WHERE id = $1
