-- Facts about acts that their titles do not prove: whether an act sets ceilings, and which act it amends. Each with its citation; NULL is not known.
SET LOCAL lock_timeout = '3s';

ALTER TABLE act
    ADD COLUMN sets_ceilings boolean,
    ADD COLUMN sets_ceilings_source text,
    -- The act whose text this one changes in part: what it does not restate stays as it was.
    ADD COLUMN amends text COLLATE "C" REFERENCES act,
    ADD COLUMN amends_source text,
    ADD CONSTRAINT act_sets_ceilings_cited CHECK ((sets_ceilings IS NULL) = (sets_ceilings_source IS NULL)),
    ADD CONSTRAINT act_amends_cited CHECK ((amends IS NULL) = (amends_source IS NULL)),
    ADD CONSTRAINT act_amends_another CHECK (amends <> id);

UPDATE act SET sets_ceilings = known.sets, sets_ceilings_source = known.source
FROM (VALUES
    ('circular-04-2006', false, 'Crea el SISMED (icbf.gov.co, compilación)'),
    ('circular-03-2013', false, 'Metodología de referenciación internacional (olartemoure.com/control-of-medicine-prices)'),
    ('circular-06-2013', true, 'MinSalud, base de precios 2021-09-03, hoja PMV_CUM: 3 CUM'),
    ('circular-04-2016', true, 'MinSalud, base de precios 2021-09-03, hoja PMV_CUM: 18 CUM'),
    ('circular-03-2017', true, 'normograma.invima.gov.co'),
    ('circular-04-2018', true, 'normograma.invima.gov.co circular_cnpmd_0004_2018'),
    ('circular-06-2018', false, 'Anexo técnico del SISMED (normograma.invima.gov.co)'),
    ('circular-07-2018', true, 'normograma.invima.gov.co: 902 presentaciones'),
    ('circular-10-2020', true, 'MinSalud, base de precios 2021-09-03, hoja PMV_CUM: 2.477 CUM'),
    ('circular-11-2020', true, 'MinSalud, base de precios 2021-09-03, hoja PMV_CUM: 15 CUM'),
    ('circular-12-2021', true, 'normograma.invima.gov.co, índice de agosto de 2021'),
    ('circular-13-2022', true, 'encabezado de la Circular 19 de 2024'),
    ('circular-17-2023', false, 'Período y plazo del reporte al SISMED (normograma.invima.gov.co circular_cnpmd_0017_2023)'),
    ('circular-18-2024', false, 'Metodología de control directo (normograma.invima.gov.co circular_cnpmd_0018_2024)'),
    ('circular-19-2024', true, 'normograma.invima.gov.co circular_cnpmd_0019_2024; datos.gov.co nauz-qkjw'),
    ('circular-20-2026', false, 'Nombre de archivo del Anexo 1 de la Circular 06 de 2018 (sisjur i=193012, fuente secundaria)'),
    ('circular-21-2026', false, 'Reforma del SISMED (sisjur i=193381, fuente secundaria)'),
    ('circular-22-2026', true, 'consultorsalud.com (fuente secundaria)')
) AS known (id, sets, source)
WHERE act.id = known.id;

UPDATE act SET amends = known.amends, amends_source = known.source
FROM (VALUES
    ('circular-11-2020', 'circular-10-2020', 'Asunto del acto; MinSalud, base de precios 2021-09-03: desde el 2020-04-01 los precios de 15 CUM son de la Circular 11 de 2020, los demás siguen en la 10'),
    ('circular-17-2023', 'circular-06-2018', 'Cambia el artículo 8 y reemplaza el Anexo 1 de la Circular 06 de 2018 (normograma.invima.gov.co circular_cnpmd_0017_2023)'),
    ('circular-20-2026', 'circular-06-2018', 'Corrige el Anexo 1 de la Circular 06 de 2018 (sisjur i=193012, fuente secundaria)')
) AS known (id, amends, source)
WHERE act.id = known.id;

-- An act with what its newest publication here says of it, and the act that repeals it.
CREATE VIEW act_as_known AS
SELECT a.id, coalesce(p.title, a.title) AS title, a.issuer, coalesce(p.issued_on, a.issued_on) AS issued_on,
    coalesce(p.published_in, a.published_in) AS published_in, coalesce(p.valid_from, a.in_force_from) AS in_force_from,
    coalesce(a.repealed_by, n.act_id) AS repealed_by, coalesce(p.subject_es, a.subject_es) AS subject_es,
    coalesce(p.subject_en, a.subject_en) AS subject_en, coalesce(p.source, a.source) AS source, a.confirmed OR p.version IS NOT NULL AS confirmed,
    p.version, p.published_at, p.supersedes, a.sets_ceilings, a.amends, a.sample
FROM act a
LEFT JOIN LATERAL (SELECT * FROM act_publication n WHERE n.act_id = a.id ORDER BY n.version DESC LIMIT 1) p ON true
LEFT JOIN LATERAL (SELECT n.act_id FROM act_publication n WHERE a.id = ANY(n.supersedes) AND n.act_id <> a.id
    ORDER BY n.source_file_id DESC LIMIT 1) n ON true;

DO $$
BEGIN
    GRANT SELECT ON act_as_known TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new view here';
END $$;
