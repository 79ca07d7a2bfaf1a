-- The draft that a comment is on. $1 id.
SELECT c.draft_id FROM consultation_comment c WHERE c.id = $1 ORDER BY c.id
