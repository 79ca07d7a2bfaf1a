-- The lines of a draft in consultation, those that are gone too, in order. $1 draft, $2 only those that changed since the first version (true), only others (false) or null,
-- $3 CUM or null, $4 market or null, $5 words of the description or null, $6 to $8 after this part, key and field or nulls, $9 limit.
SELECT f.last, f.part, f.key, f.field, n.market, n.description, n.current_value, a.draft_id IS NOT NULL AS stood, a.value AS first_value,
    f.last = m.newest AS stands, n.value, (SELECT count(*) FROM consultation_comment c WHERE c.draft_id = $1 AND c.part = f.part AND c.key = f.key
        AND c.field = f.field AND c.state = 'published') AS comments
FROM (SELECT max(v.version) AS newest FROM consultation_version v WHERE v.draft_id = $1::text) m CROSS JOIN LATERAL (
    SELECT l.part, l.key, l.field, max(l.version) AS last FROM consultation_line l
    WHERE l.draft_id = $1 AND ($3::text IS NULL OR l.part = 'ceiling' AND l.key = $3) AND ($4::text IS NULL OR l.market = $4)
        AND ($6::text IS NULL OR (l.part, l.key, l.field) > ($6 COLLATE "C", $7::text COLLATE "C", $8::text COLLATE "C"))
    GROUP BY l.part, l.key, l.field) f
JOIN consultation_line n ON n.draft_id = $1 AND n.version = f.last AND n.part = f.part AND n.key = f.key AND n.field = f.field
LEFT JOIN consultation_line a ON a.draft_id = $1 AND a.version = 1 AND a.part = f.part AND a.key = f.key AND a.field = f.field
WHERE ($5::text IS NULL OR position(translate(lower($5), 'áéíóúüñ', 'aeiouun') IN translate(lower(n.description), 'áéíóúüñ', 'aeiouun')) > 0)
    AND ($2::boolean IS NULL OR $2 = (a.draft_id IS NULL OR f.last < m.newest OR a.value IS DISTINCT FROM n.value))
ORDER BY f.part, f.key, f.field LIMIT $9
