-- The content of a draft grew; a withdrawal that was proposed before lapses. $1 id, $2 digest.
UPDATE act_draft SET content_digest = $2, withdrawal_proposed_by = NULL, withdrawal_proposed_at = NULL WHERE id = $1
