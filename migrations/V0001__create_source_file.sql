-- Every file ever imported. Nothing else enters: each later row names the file it came from.
SET lock_timeout = '2s';

CREATE TABLE source_file (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind           text NOT NULL CHECK (kind IN ('ceilings', 'sismed', 'thermometer', 'catalogue')),
    name           text NOT NULL CHECK (name <> ''),
    sha256         text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes          bigint NOT NULL CHECK (bytes >= 0),
    layout         text NOT NULL,
    encoding       text NOT NULL,
    number_format  text NOT NULL,
    publisher      text NOT NULL,
    licence        text NOT NULL,
    -- The day up to which the file speaks, where it says so.
    cut_date       date,
    rows_read        bigint NOT NULL DEFAULT 0,
    rows_accepted    bigint NOT NULL DEFAULT 0,
    rows_quarantined bigint NOT NULL DEFAULT 0,
    rows_refused     bigint NOT NULL DEFAULT 0,
    -- Knowledge time: what `known_at` compares with. Imports run one at a time, so it grows with id.
    recorded_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (rows_read = rows_accepted + rows_quarantined + rows_refused),
    -- The same content again is "already imported".
    UNIQUE (kind, sha256)
);

-- Rows that were not taken, with line, column, value and reason.
CREATE TABLE source_fault (
    source_file_id bigint NOT NULL REFERENCES source_file,
    ordinal        bigint NOT NULL,
    fate           text NOT NULL CHECK (fate IN ('quarantined', 'refused')),
    sheet          text,
    line           bigint NOT NULL CHECK (line >= 1),
    column_name    text,
    value          text NOT NULL,
    reason         text NOT NULL CHECK (reason ~ '^[a-z0-9_]+$'),
    PRIMARY KEY (source_file_id, ordinal)
);

-- One row: bumped in every transaction that changes data. ETags and `meta.data_version` come from it.
CREATE TABLE data_version (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version    bigint NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO data_version (version) VALUES (1);
