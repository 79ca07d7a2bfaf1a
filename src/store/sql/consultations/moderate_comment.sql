-- Whether everybody may read a comment. $1 id, $2 state, $3 public reason or null, $4 principal.
UPDATE consultation_comment SET state = $2, withheld_reason = $3, moderated_by = $4 WHERE id = $1
