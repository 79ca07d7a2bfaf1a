-- The comments that a reply is to. $1 reply, $2 comments.
INSERT INTO consultation_reply_comment (comment_id, reply_id) SELECT c.id, $1::text FROM unnest($2::text[]) c(id)
