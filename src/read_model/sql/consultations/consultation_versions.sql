-- The versions of a draft in consultation, with how many lines each has and how many read otherwise than in the one before. $1 draft.
SELECT v.version, v.digest, v.made_on, (SELECT count(*) FROM consultation_line l WHERE l.draft_id = v.draft_id AND l.version = v.version) AS lines,
    (SELECT count(*) FROM (SELECT l.part, l.key, l.field, l.value FROM consultation_line l WHERE l.draft_id = v.draft_id AND l.version = v.version) a
        FULL JOIN (SELECT l.part, l.key, l.field, l.value FROM consultation_line l WHERE l.draft_id = v.draft_id AND l.version = v.version - 1) b
            ON b.part = a.part AND b.key = a.key AND b.field = a.field
        WHERE v.version > 1 AND (a.part IS NULL OR b.part IS NULL OR a.value IS DISTINCT FROM b.value)) AS changed
FROM consultation_version v WHERE v.draft_id = $1 ORDER BY v.version
