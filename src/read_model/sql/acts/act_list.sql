-- Acts in order of id, with how many presentations and markets the lists give a price under each (what they say is not bound is stated, and no price). $1 after this id or null, $2 limit or null, $3 of this id only or null.
SELECT a.id, a.title, a.issuer, a.issued_on, a.published_in, a.in_force_from, a.repealed_by, r.in_force_from AS repealed_from,
    a.subject_es, a.subject_en, a.source, a.confirmed, a.version, a.published_at, a.supersedes, a.sets_ceilings, a.amends,
    amended.repealed_by AS amended_repealed_by, amended_by.in_force_from AS amended_repealed_from,
    s.ceilings, s.markets, s.stated, a.sample
FROM act_as_known a LEFT JOIN act_as_known r ON r.id = a.repealed_by LEFT JOIN act_as_known amended ON amended.id = a.amends
    LEFT JOIN act_as_known amended_by ON amended_by.id = amended.repealed_by
CROSS JOIN LATERAL (
    SELECT (SELECT count(DISTINCT (c.expediente, c.consecutive)) FILTER (WHERE c.amount IS NOT NULL) FROM ceiling c JOIN source_file f ON f.id = c.source_file_id
            WHERE c.act_id = a.id AND c.kind = 'maximum' AND f.ended_in IS NULL) AS ceilings,
        (SELECT count(DISTINCT m.market) FILTER (WHERE m.unit_price IS NOT NULL) FROM market_price m JOIN source_file f ON f.id = m.source_file_id
            WHERE m.act_id = a.id AND f.ended_in IS NULL) AS markets,
        EXISTS (SELECT FROM ceiling c JOIN source_file f ON f.id = c.source_file_id WHERE c.act_id = a.id AND c.kind = 'maximum' AND f.ended_in IS NULL)
            OR EXISTS (SELECT FROM market_price m JOIN source_file f ON f.id = m.source_file_id WHERE m.act_id = a.id AND f.ended_in IS NULL) AS stated
) s
WHERE ($1::text IS NULL OR a.id > $1) AND ($3::text IS NULL OR a.id = $3) AND (NOT a.sample OR s.stated)
ORDER BY a.id LIMIT $2
