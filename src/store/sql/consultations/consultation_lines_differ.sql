-- Of named lines, whether some version has them, and whether the newest one reads otherwise than each of some versions. $1 draft, $2 parts, $3 keys, $4 fields, $5 versions.
SELECT n.place, EXISTS (SELECT FROM consultation_line k WHERE k.draft_id = $1::text AND k.part = n.part AND k.key = n.key AND k.field = n.field) AS known,
    ARRAY(SELECT v.version FROM unnest($5::integer[]) v(version) WHERE consultation_line_differs($1, v.version, n.part, n.key, n.field) ORDER BY v.version) AS differs_from
FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY n(part, key, field, place) ORDER BY n.place
