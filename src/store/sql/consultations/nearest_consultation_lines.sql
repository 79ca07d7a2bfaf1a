-- Lines of the newest version near one that there is not: of the same key first, then those before and after it. $1 draft, $2 part, $3 key, $4 field.
SELECT f.version, f.part, f.key, f.field FROM (
    (SELECT 1 AS place, l.version, l.part, l.key, l.field FROM consultation_line l
        WHERE l.draft_id = $1::text AND l.version = (SELECT max(v.version) FROM consultation_version v WHERE v.draft_id = $1) AND l.part = $2::text AND l.key = $3::text
        ORDER BY l.field = $4::text DESC, l.field LIMIT 3)
    UNION ALL
    (SELECT 2, l.version, l.part, l.key, l.field FROM consultation_line l
        WHERE l.draft_id = $1 AND l.version = (SELECT max(v.version) FROM consultation_version v WHERE v.draft_id = $1) AND l.part = $2 AND l.key > $3
        ORDER BY l.key, l.field LIMIT 2)
    UNION ALL
    (SELECT 3, l.version, l.part, l.key, l.field FROM consultation_line l
        WHERE l.draft_id = $1 AND l.version = (SELECT max(v.version) FROM consultation_version v WHERE v.draft_id = $1) AND l.part = $2 AND l.key < $3
        ORDER BY l.key DESC, l.field LIMIT 2)) f
ORDER BY f.place, f.key, f.field LIMIT 5
