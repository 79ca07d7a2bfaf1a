-- Acts of the pricing commission (CNPMDM). Dated data with a citation; what is not confirmed says so.
SET lock_timeout = '2s';

CREATE TABLE act (
    id           text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[a-z0-9-]+$'),
    title        text NOT NULL,
    issuer       text NOT NULL DEFAULT 'CNPMDM',
    issued_on    date,
    published_in text,
    in_force_from date,
    repealed_by  text REFERENCES act,
    -- What it does, in one sentence.
    subject_es   text NOT NULL,
    subject_en   text NOT NULL,
    -- Where this row's facts were read.
    source       text NOT NULL,
    confirmed    boolean NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (repealed_by <> id)
);

-- Which columns (places) the single PMV of the MinSalud workbook binds, by act; act NULL is the rule for all others.
CREATE TABLE workbook_binding (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    act_id      text COLLATE "C" REFERENCES act,
    column_code text NOT NULL CHECK (column_code IN ('institutional', 'commercial_wholesale', 'commercial_final')),
    citation    text NOT NULL,
    UNIQUE NULLS NOT DISTINCT (act_id, column_code)
);

-- The IPS margin: percent of the whole ceiling for ceilings in (above, up_to], for ceilings valid from a day in [from, until).
CREATE TABLE margin_rule (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    valid_from date NOT NULL,
    valid_until date,
    above      numeric(18,4) NOT NULL CHECK (above >= 0 AND above <> 'NaN'),
    up_to      numeric(18,4) CHECK (up_to > above AND up_to <> 'NaN'),
    percent    numeric(7,4) NOT NULL CHECK (percent >= 0 AND percent < 100),
    citation   text NOT NULL,
    confirmed  boolean NOT NULL,
    CHECK (valid_until IS NULL OR valid_until > valid_from)
);
