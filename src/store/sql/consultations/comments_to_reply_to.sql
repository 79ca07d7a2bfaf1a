-- Comments named by their ids, or those of a group that have no reply; held. $1 draft, $2 ids or null, $3 digest of the group or null.
SELECT c.id, c.version, c.state, c.folded_digest, EXISTS (SELECT FROM consultation_reply_comment r WHERE r.comment_id = c.id) AS has_reply
FROM consultation_comment c
WHERE c.draft_id = $1::text AND (c.id = ANY($2::text[]) OR c.folded_digest = $3::text AND c.state <> 'withdrawn'
    AND NOT EXISTS (SELECT FROM consultation_reply_comment r WHERE r.comment_id = c.id))
ORDER BY c.received_at, c.id FOR SHARE OF c
