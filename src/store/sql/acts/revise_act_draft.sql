-- The content of a draft is another one; a withdrawal that was proposed before lapses. $1 id, $2 digest, $3 first day.
UPDATE act_draft SET content_digest = $2, valid_from = $3, withdrawal_proposed_by = NULL, withdrawal_proposed_at = NULL WHERE id = $1
