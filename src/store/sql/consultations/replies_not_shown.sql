-- Comments whose reply accepts what does not show in the draft as it stands. $1 draft, $2 at most so many.
SELECT c.id, r.id AS reply, count(*) OVER () AS comments
FROM consultation_comment c JOIN consultation_reply_comment o ON o.comment_id = c.id JOIN consultation_reply r ON r.id = o.reply_id
WHERE c.draft_id = $1 AND r.disposition IN ('accepted', 'partly_accepted') AND NOT consultation_reply_shows(r.id, c.draft_id, c.version)
ORDER BY c.received_at, c.id LIMIT $2
