-- The lines that changed because of a reply. $1 reply, $2 parts, $3 keys, $4 fields.
INSERT INTO consultation_reply_line (reply_id, part, key, field)
SELECT $1::text, l.part, l.key, l.field FROM unnest($2::text[], $3::text[], $4::text[]) l(part, key, field)
