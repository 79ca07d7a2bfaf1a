-- One commercial presentation (CUM), as the sources together know it. Rebuilt from them; the sources' own rows stay.
SET lock_timeout = '2s';

-- The catalogue as published: presentation x active x role.
CREATE TABLE catalogue_row (
    source_file_id bigint NOT NULL REFERENCES source_file,
    line           bigint NOT NULL,
    expediente     integer NOT NULL CHECK (expediente > 0),
    consecutive    integer NOT NULL CHECK (consecutive >= 0),
    product        text NOT NULL,
    holder         text NOT NULL,
    registration   text NOT NULL,
    registration_state text NOT NULL,
    description    text NOT NULL,
    active         boolean NOT NULL,
    medical_sample boolean NOT NULL,
    quantity       numeric,
    quantity_unit  text NOT NULL,
    atc            text NOT NULL,
    atc_name       text NOT NULL,
    route          text NOT NULL,
    form           text NOT NULL,
    ingredient     text NOT NULL,
    strength       numeric,
    strength_unit  text NOT NULL,
    strength_reference text NOT NULL,
    role_holder    text NOT NULL,
    role           text NOT NULL,
    modality       text NOT NULL,
    PRIMARY KEY (source_file_id, line)
);
CREATE INDEX catalogue_row_by_product ON catalogue_row (expediente, consecutive);

CREATE TABLE medicine (
    expediente     integer NOT NULL CHECK (expediente > 0),
    consecutive    integer NOT NULL CHECK (consecutive >= 0),
    brand          text NOT NULL,
    description    text NOT NULL,
    holder         text NOT NULL,
    registration   text,
    registration_state text,
    active         boolean,
    medical_sample boolean NOT NULL DEFAULT false,
    atc            text,
    ingredients    text[] NOT NULL,
    strength       text,
    form           text,
    route          text,
    form_group     text,
    market         text COLLATE "C",
    dispensing_units numeric,
    dispensing_unit  text,
    regulated_units numeric,
    regulated_unit text,
    -- Same ingredients, strength, grouped form and route; NULL when a source leaves one of them open.
    equivalence_key text COLLATE "C",
    -- Has a binding ceiling in some list.
    regulated      boolean NOT NULL,
    -- Which sources state it: any of catalogue, ceilings, sismed.
    sources        text[] NOT NULL,
    PRIMARY KEY (expediente, consecutive)
);
CREATE INDEX medicine_by_equivalence ON medicine (equivalence_key) WHERE equivalence_key IS NOT NULL;
