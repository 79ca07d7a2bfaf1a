-- Which article of an act says something, where that was read; the lists of prices do not state it.
SET LOCAL lock_timeout = '3s';

CREATE TABLE act_article (
    act_id     text COLLATE "C" NOT NULL REFERENCES act,
    -- ceiling: that its list binds; margin: that an IPS may add its margin.
    subject    text COLLATE "C" NOT NULL CHECK (subject IN ('ceiling', 'margin')),
    -- With the act that it is of: it may refer to another one.
    article_es text NOT NULL CHECK (article_es <> ''),
    article_en text NOT NULL CHECK (article_en <> ''),
    citation   text NOT NULL CHECK (citation <> ''),
    confirmed  boolean NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (act_id, subject)
);

INSERT INTO act_article (act_id, subject, article_es, article_en, citation, confirmed) VALUES
('circular-19-2024', 'margin', 'artículo 1, parágrafo 2, de la Circular 19 de 2024, y artículo 11 de la Circular 18 de 2024',
    'article 1, paragraph 2, of Circular 19 de 2024, and article 11 of Circular 18 de 2024',
    'yesidbadillo820-ship-it/motor-glosas-hus, leído del PDF de 45 páginas (fuente secundaria)', false);

DO $$
BEGIN
    GRANT SELECT ON act_article TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new table here';
END $$;
