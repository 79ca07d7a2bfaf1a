-- Acts in order of id, with how many presentations and markets the lists state under each. $1 after this id or null, $2 limit.
SELECT a.id, coalesce(p.title, a.title) AS title, a.issuer, coalesce(p.issued_on, a.issued_on) AS issued_on,
    coalesce(p.published_in, a.published_in) AS published_in, coalesce(p.valid_from, a.in_force_from) AS in_force_from,
    coalesce(a.repealed_by, (SELECT n.act_id FROM act_publication n WHERE a.id = ANY(n.supersedes) AND n.act_id <> a.id
        ORDER BY n.source_file_id DESC LIMIT 1)) AS repealed_by,
    coalesce(p.subject_es, a.subject_es) AS subject_es, coalesce(p.subject_en, a.subject_en) AS subject_en,
    coalesce(p.source, a.source) AS source, a.confirmed OR p.version IS NOT NULL AS confirmed, p.version, p.published_at, p.supersedes,
    (SELECT count(DISTINCT (c.expediente, c.consecutive)) FROM ceiling c WHERE c.act_id = a.id AND c.kind = 'maximum') AS ceilings,
    (SELECT count(DISTINCT m.market) FROM market_price m WHERE m.act_id = a.id) AS markets
FROM act a
LEFT JOIN LATERAL (SELECT * FROM act_publication n WHERE n.act_id = a.id ORDER BY n.version DESC LIMIT 1) p ON true
WHERE $1::text IS NULL OR a.id > $1
ORDER BY a.id LIMIT $2
