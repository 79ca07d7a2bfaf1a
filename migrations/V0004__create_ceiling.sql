-- What the lists state. Append-only: a correction is a later list, so what was answered before stays answerable.
SET lock_timeout = '2s';

CREATE TABLE ceiling (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_file_id bigint NOT NULL REFERENCES source_file,
    sheet          text,
    line           bigint NOT NULL,
    kind           text NOT NULL CHECK (kind IN ('maximum', 'reference')),
    expediente     integer NOT NULL CHECK (expediente > 0),
    consecutive    integer NOT NULL CHECK (consecutive >= 0),
    market         text COLLATE "C",
    description    text NOT NULL,
    column_code    text NOT NULL CHECK (column_code IN ('institutional', 'commercial_wholesale', 'commercial_final')),
    -- NULL: the list says that this column is not regulated.
    amount         numeric(18,4) CHECK (amount > 0 AND amount <> 'NaN'),
    margin_kind    text NOT NULL CHECK (margin_kind IN ('pesos', 'none', 'rule')),
    margin         numeric(18,4) CHECK (margin >= 0 AND margin <> 'NaN'),
    act_id         text COLLATE "C" NOT NULL REFERENCES act,
    valid_from     date NOT NULL,
    dispensing_units numeric CHECK (dispensing_units > 0 AND dispensing_units <> 'NaN'),
    regulated_units  numeric CHECK (regulated_units > 0 AND regulated_units <> 'NaN'),
    regulated_unit   text,
    CHECK ((margin_kind = 'pesos') = (margin IS NOT NULL)),
    -- One statement per list, presentation and column.
    UNIQUE (source_file_id, kind, expediente, consecutive, column_code)
);
CREATE INDEX ceiling_by_product ON ceiling (expediente, consecutive);
CREATE INDEX ceiling_by_act ON ceiling (act_id, expediente, consecutive);

CREATE TABLE market_price (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_file_id bigint NOT NULL REFERENCES source_file,
    sheet          text,
    line           bigint NOT NULL,
    market         text COLLATE "C" NOT NULL CHECK (market <> ''),
    atc            text,
    ingredient     text NOT NULL,
    ingredient_folded text NOT NULL,
    form_group     text NOT NULL,
    unit_price     numeric(18,4) NOT NULL CHECK (unit_price > 0 AND unit_price <> 'NaN'),
    unit           text NOT NULL,
    act_id         text COLLATE "C" NOT NULL REFERENCES act,
    valid_from     date NOT NULL,
    vital_not_available boolean NOT NULL
);
CREATE INDEX market_price_by_market ON market_price (market);

-- The two standardisation sheets.
CREATE TABLE holder_standard (
    source_file_id bigint NOT NULL REFERENCES source_file,
    line           bigint NOT NULL,
    registered     text NOT NULL,
    standard       text NOT NULL,
    PRIMARY KEY (source_file_id, line)
);
CREATE TABLE form_group (
    source_file_id bigint NOT NULL REFERENCES source_file,
    line           bigint NOT NULL,
    form           text NOT NULL,
    route          text NOT NULL,
    form_group     text NOT NULL,
    PRIMARY KEY (source_file_id, line)
);
