-- Approved; a withdrawal that was proposed before lapses. $1 id, $2 approver, $3 instant.
UPDATE act_draft SET state = 'approved', approved_by = $2, approved_at = $3, withdrawal_proposed_by = NULL, withdrawal_proposed_at = NULL WHERE id = $1
