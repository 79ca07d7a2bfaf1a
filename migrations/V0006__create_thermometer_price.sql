-- The Clic Salud thermometer as published; a newer file replaces none, the newest is the one shown.
SET lock_timeout = '2s';

CREATE TABLE thermometer_price (
    source_file_id bigint NOT NULL REFERENCES source_file,
    line           bigint NOT NULL,
    expediente     integer NOT NULL CHECK (expediente > 0),
    ingredient     text NOT NULL,
    concentration  text NOT NULL,
    base_unit      text NOT NULL,
    dispensing_unit text NOT NULL,
    brand          text NOT NULL,
    maker          text NOT NULL,
    description    text NOT NULL,
    channel        text NOT NULL CHECK (channel IN ('institutional', 'commercial')),
    price          numeric NOT NULL CHECK (price > 0 AND price <> 'NaN'),
    published_level smallint CHECK (published_level BETWEEN 1 AND 3),
    -- The comparison group (concentration, unit, channel), folded by domain::thermometer.
    group_key      text COLLATE "C" NOT NULL,
    PRIMARY KEY (source_file_id, line)
);
CREATE INDEX thermometer_price_by_group ON thermometer_price (source_file_id, group_key);
CREATE INDEX thermometer_price_by_product ON thermometer_price (source_file_id, expediente);
