-- Acts in order of id, with how many presentations and markets the lists give a price under each (what they say is not bound is stated, and no price). $1 after this id or null, $2 limit.
SELECT a.id, a.title, a.issuer, a.issued_on, a.published_in, a.in_force_from, a.repealed_by, r.in_force_from AS repealed_from,
    a.subject_es, a.subject_en, a.source, a.confirmed, a.version, a.published_at, a.supersedes, a.sets_ceilings, a.amends,
    amended.repealed_by AS amended_repealed_by, amended_by.in_force_from AS amended_repealed_from,
    (SELECT count(DISTINCT (c.expediente, c.consecutive)) FROM ceiling c WHERE c.act_id = a.id AND c.kind = 'maximum' AND c.amount IS NOT NULL) AS ceilings,
    (SELECT count(DISTINCT m.market) FROM market_price m WHERE m.act_id = a.id AND m.unit_price IS NOT NULL) AS markets,
    EXISTS (SELECT FROM ceiling c WHERE c.act_id = a.id AND c.kind = 'maximum') OR EXISTS (SELECT FROM market_price m WHERE m.act_id = a.id) AS stated
FROM act_as_known a LEFT JOIN act_as_known r ON r.id = a.repealed_by LEFT JOIN act_as_known amended ON amended.id = a.amends
    LEFT JOIN act_as_known amended_by ON amended_by.id = amended.repealed_by
WHERE $1::text IS NULL OR a.id > $1
ORDER BY a.id LIMIT $2
