-- Public comments on a draft in the order in which they came, or one comment whatever its state. $1 draft or null, $2 to $4 part, key and field of a line or nulls, $5 kind or null,
-- $6 disposition or null, $7 without a reply (true), with one (false) or null, $8 and $9 after this instant and id or nulls, $10 limit, $11 id or null.
SELECT c.id, c.draft_id, c.version, c.part, c.key, c.field, c.received_at, c.received_on, c.language, c.kind, c.text, c.proposed_value, c.on_behalf_of,
    c.interest_declared, c.folded_digest, c.due_on, c.due_citation, c.state, c.withheld_reason,
    (SELECT count(*) FROM consultation_comment g WHERE g.draft_id = c.draft_id AND g.folded_digest = c.folded_digest AND g.state = 'published') AS alike,
    a.value AS value_then, n.draft_id IS NOT NULL AS stands, n.value AS value_now,
    r.id AS reply, r.replied_on, r.disposition, r.text_es, r.text_en, r.same_reason_as,
    ARRAY(SELECT concat_ws('/', l.part, nullif(l.key, ''), l.field) FROM consultation_reply_line l WHERE l.reply_id = r.id ORDER BY l.part, l.key, l.field) AS changed_lines
FROM consultation_comment c LEFT JOIN consultation_reply_comment o ON o.comment_id = c.id LEFT JOIN consultation_reply r ON r.id = o.reply_id
JOIN consultation_line a ON a.draft_id = c.draft_id AND a.version = c.version AND a.part = c.part AND a.key = c.key AND a.field = c.field
LEFT JOIN consultation_line n ON n.draft_id = c.draft_id AND n.version = (SELECT max(v.version) FROM consultation_version v WHERE v.draft_id = c.draft_id)
    AND n.part = c.part AND n.key = c.key AND n.field = c.field
WHERE ($1::text IS NULL OR c.draft_id = $1) AND ($2::text IS NULL OR c.part = $2) AND ($3::text IS NULL OR c.key = $3) AND ($4::text IS NULL OR c.field = $4)
    AND ($5::text IS NULL OR c.kind = $5) AND ($6::text IS NULL OR r.disposition = $6) AND ($7::boolean IS NULL OR $7 = (r.id IS NULL))
    AND ($8::timestamptz IS NULL OR (c.received_at, c.id) > ($8, $9::text COLLATE "C"))
    AND CASE WHEN $11::text IS NULL THEN c.state = 'published' ELSE c.id = $11 END
ORDER BY c.received_at, c.id LIMIT $10
