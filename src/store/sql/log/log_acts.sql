-- Every act as it is described here, and the newest leaf that speaks of it. $1 only those of which no leaf speaks.
SELECT a.id, json_build_object('title', a.title, 'issuer', a.issuer, 'issued_on', a.issued_on, 'published_in', a.published_in,
    'in_force_from', a.in_force_from, 'repealed_by', a.repealed_by, 'subject_es', a.subject_es, 'subject_en', a.subject_en, 'source', a.source,
    'confirmed', a.confirmed, 'sets_ceilings', a.sets_ceilings, 'sets_ceilings_source', a.sets_ceilings_source, 'amends', a.amends,
    'amends_source', a.amends_source, 'sample', a.sample) AS facts, l.entry AS logged
FROM act a
LEFT JOIN LATERAL (SELECT entry FROM log_leaf WHERE kind = 'act' AND subject = a.id ORDER BY leaf_index DESC LIMIT 1) l ON true
WHERE NOT $1 OR l.entry IS NULL
ORDER BY a.id
