-- Acts in order of id, with how many presentations and markets the lists state under each. $1 after this id or null, $2 limit.
SELECT a.id, a.title, a.issuer, a.issued_on, a.published_in, a.in_force_from, a.repealed_by, a.subject_es, a.subject_en, a.source, a.confirmed,
    (SELECT count(DISTINCT (c.expediente, c.consecutive)) FROM ceiling c WHERE c.act_id = a.id AND c.kind = 'maximum') AS ceilings,
    (SELECT count(DISTINCT m.market) FROM market_price m WHERE m.act_id = a.id) AS markets
FROM act a
WHERE $1::text IS NULL OR a.id > $1
ORDER BY a.id LIMIT $2
