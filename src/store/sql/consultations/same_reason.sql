-- The first reply of a consultation with the same reason. $1 draft, $2 text.
SELECT r.id FROM consultation_reply r WHERE r.draft_id = $1 AND r.folded_digest = folded_digest($2::text) AND r.same_reason_as IS NULL
ORDER BY r.at, r.id LIMIT 1
