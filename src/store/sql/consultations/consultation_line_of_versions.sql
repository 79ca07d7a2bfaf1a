-- A line in one version and in the newest one. $1 draft, $2 version, $3 part, $4 key, $5 field.
SELECT a.draft_id IS NOT NULL AS stood, a.value AS value_then, n.draft_id IS NOT NULL AS stands, n.value AS value_now, m.newest
FROM (SELECT max(v.version) AS newest FROM consultation_version v WHERE v.draft_id = $1::text) m
LEFT JOIN consultation_line a ON a.draft_id = $1 AND a.version = $2::integer AND a.part = $3::text AND a.key = $4::text AND a.field = $5::text
LEFT JOIN consultation_line n ON n.draft_id = $1 AND n.version = m.newest AND n.part = $3 AND n.key = $4 AND n.field = $5
ORDER BY m.newest
