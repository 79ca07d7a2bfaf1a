-- The lines of a draft in consultation, those that are gone too, in order. $1 draft, $2 only those that changed since the first version (true), only others (false) or null,
-- $3 CUM or null, $4 market or null, $5 words of the description or null, $6 to $8 after this part, key and field or nulls, $9 limit.
SELECT f.last, f.part, f.key, f.field, n.market, n.description, n.current_value, a.draft_id IS NOT NULL AS stood, a.value AS first_value,
    f.last = (SELECT max(v.version) FROM consultation_version v WHERE v.draft_id = $1::text) AS stands, n.value,
    (SELECT count(*) FROM consultation_comment c WHERE c.draft_id = $1 AND c.part = f.part AND c.key = f.key AND c.field = f.field AND c.state = 'published') AS comments
FROM (SELECT l.part, l.key, l.field, max(l.version) AS last FROM consultation_line l
    WHERE l.draft_id = $1 AND ($3::text IS NULL OR l.part = 'ceiling' AND l.key = $3) AND ($4::text IS NULL OR l.market = $4)
        AND ($6::text IS NULL OR (l.part, l.key, l.field) > ($6 COLLATE "C", $7::text COLLATE "C", $8::text COLLATE "C"))
    GROUP BY l.part, l.key, l.field) f
-- One by one, in order, so that a page costs what it shows.
CROSS JOIN LATERAL (SELECT o.market, o.description, o.current_value, o.value FROM consultation_line o
    WHERE o.draft_id = $1 AND o.part = f.part AND o.key = f.key AND o.field = f.field AND o.version = f.last LIMIT 1) n
LEFT JOIN LATERAL (SELECT o.draft_id, o.value FROM consultation_line o
    WHERE o.draft_id = $1 AND o.part = f.part AND o.key = f.key AND o.field = f.field AND o.version = 1 LIMIT 1) a ON true
WHERE ($5::text IS NULL OR position(translate(lower($5), 'áéíóúüñ', 'aeiouun') IN translate(lower(n.description), 'áéíóúüñ', 'aeiouun')) > 0)
    AND ($2::boolean IS NULL OR $2 = (a.draft_id IS NULL OR a.value IS DISTINCT FROM n.value
        OR f.last < (SELECT max(v.version) FROM consultation_version v WHERE v.draft_id = $1)))
ORDER BY f.part, f.key, f.field LIMIT $9
