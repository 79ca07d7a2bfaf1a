-- An approved draft is a draft again. $1 id.
UPDATE act_draft SET state = 'draft', approved_by = NULL, approved_at = NULL WHERE id = $1
