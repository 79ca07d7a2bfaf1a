-- Every comment on a draft with its reply, numbered in the order in which they came. $1 draft, $2 after this number or null, $3 limit.
SELECT t.number, t.id, t.version, t.part, t.key, t.field, t.received_on, t.kind, t.text, t.on_behalf_of, t.state, t.withheld_reason,
    r.replied_on, r.disposition, r.text_es,
    ARRAY(SELECT concat_ws('/', l.part, nullif(l.key, ''), l.field) FROM consultation_reply_line l WHERE l.reply_id = r.id ORDER BY l.part, l.key, l.field) AS changed_lines
FROM (SELECT row_number() OVER (ORDER BY c.received_at, c.id) AS number, c.id, c.version, c.part, c.key, c.field, c.received_on, c.kind, c.text, c.on_behalf_of,
        c.state, c.withheld_reason FROM consultation_comment c WHERE c.draft_id = $1) t
LEFT JOIN consultation_reply_comment o ON o.comment_id = t.id LEFT JOIN consultation_reply r ON r.id = o.reply_id
WHERE $2::bigint IS NULL OR t.number > $2 ORDER BY t.number LIMIT $3
