-- Public comments on a draft that have no reply, oldest first. $1 draft, $2 at most so many.
SELECT c.id, c.version, c.part, c.key, c.field, count(*) OVER () AS comments FROM consultation_comment c
WHERE c.draft_id = $1 AND c.state = 'published' AND NOT EXISTS (SELECT FROM consultation_reply_comment r WHERE r.comment_id = c.id)
ORDER BY c.received_at, c.id LIMIT $2
