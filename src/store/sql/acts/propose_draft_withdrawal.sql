-- The first of two persons. $1 id, $2 principal, $3 instant.
UPDATE act_draft SET withdrawal_proposed_by = $2, withdrawal_proposed_at = $3 WHERE id = $1
