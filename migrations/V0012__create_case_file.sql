-- From verdicts to cases: sales above a ceiling by one seller, of one product, under one act, in one quarter.
SET lock_timeout = '2s';

CREATE TABLE case_file (
    id           text COLLATE "C" PRIMARY KEY CHECK (id ~ '^c[0-9]{6,}$'),
    seller_nit   text COLLATE "C" NOT NULL CHECK (seller_nit ~ '^[1-9][0-9]{5,9}$'),
    expediente   integer NOT NULL,
    consecutive  integer NOT NULL,
    act_id       text COLLATE "C" NOT NULL REFERENCES act,
    period_from  date NOT NULL,
    period_until date NOT NULL CHECK (period_until > period_from),
    -- As after its last event; the events are the truth.
    state        text NOT NULL CHECK (state IN ('ask_reporter', 'suspected', 'notified', 'answered', 'confirmed', 'dismissed', 'closed')),
    version      integer NOT NULL CHECK (version > 0),
    opened_in    bigint NOT NULL REFERENCES source_file,
    opened_at    timestamptz NOT NULL,
    -- Reports that would fit another unit or pack: a question to the reporter, kept apart from what accuses.
    doubtful     boolean NOT NULL,
    UNIQUE (seller_nit, expediente, consecutive, act_id, period_from, period_until, doubtful)
);
CREATE SEQUENCE case_number;
CREATE INDEX case_file_by_state ON case_file (state, id);

-- The reports that a case rests on. A verdict that changes closes its row; nothing is taken away.
CREATE TABLE case_evidence (
    case_id      text COLLATE "C" NOT NULL REFERENCES case_file,
    report_id    bigint NOT NULL REFERENCES sismed_report,
    basis_id     bigint NOT NULL REFERENCES basis,
    excess_kind  text NOT NULL CHECK (excess_kind IN ('net_of_average', 'one_unit_at_least')),
    price        text NOT NULL CHECK (price IN ('minimum', 'average', 'maximum')),
    left_side    numeric NOT NULL CHECK (left_side <> 'NaN'),
    right_side   numeric NOT NULL CHECK (right_side <> 'NaN'),
    factor       numeric NOT NULL CHECK (factor > 0 AND factor <> 'NaN'),
    amount       numeric NOT NULL CHECK (amount >= 0 AND amount <> 'NaN'),
    another_unit_fits boolean NOT NULL,
    recorded_in  bigint NOT NULL REFERENCES source_file,
    superseded_in bigint REFERENCES source_file,
    PRIMARY KEY (case_id, report_id, basis_id)
);
CREATE UNIQUE INDEX case_evidence_current ON case_evidence (report_id) WHERE superseded_in IS NULL;

CREATE TABLE case_event (
    case_id      text COLLATE "C" NOT NULL REFERENCES case_file,
    ordinal      integer NOT NULL CHECK (ordinal > 0),
    at           timestamptz NOT NULL,
    -- The legal day in Bogotá on which it happened.
    day          date NOT NULL,
    -- NULL: the service itself.
    principal_id text COLLATE "C" REFERENCES principal,
    kind         text NOT NULL CHECK (kind IN ('opened', 'transition', 'proposal', 'reply', 'evidence_changed')),
    from_state   text,
    to_state     text,
    reason       text,
    text         text,
    PRIMARY KEY (case_id, ordinal),
    CHECK (kind NOT IN ('transition', 'proposal', 'reply') OR principal_id IS NOT NULL),
    CHECK (kind NOT IN ('transition', 'proposal') OR reason <> ''),
    CHECK (kind <> 'reply' OR text <> '')
);
CREATE TRIGGER case_event_append_only BEFORE UPDATE OR DELETE ON case_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_event_no_truncate BEFORE TRUNCATE ON case_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Terms of the law. Dated data with a citation; what is not confirmed says so.
CREATE TABLE legal_term (
    code         text NOT NULL CHECK (code IN ('reply', 'limitation')),
    valid_from   date NOT NULL,
    valid_until  date CHECK (valid_until > valid_from),
    amount       integer NOT NULL CHECK (amount > 0),
    unit         text NOT NULL CHECK (unit IN ('working_days', 'years')),
    citation     text NOT NULL,
    confirmed    boolean NOT NULL,
    PRIMARY KEY (code, valid_from)
);
INSERT INTO legal_term (code, valid_from, amount, unit, citation, confirmed) VALUES
('reply', '2012-07-02', 15, 'working_days', 'Ley 1437 de 2011 (CPACA) art. 47: descargos dentro de los quince días siguientes a la notificación; días hábiles por la Ley 4 de 1913 art. 62. Sin confirmar en fuente oficial', false),
('limitation', '2012-07-02', 3, 'years', 'Ley 1437 de 2011 (CPACA) art. 52: tres años desde el hecho (asuntoslegales.com.co, 2023)', true);

-- What reporters owe and when. Dated data with a citation.
CREATE TABLE reporting_rule (
    valid_from   date PRIMARY KEY,
    valid_until  date CHECK (valid_until > valid_from),
    -- Length of a reporting period in months.
    months       smallint NOT NULL CHECK (months IN (1, 3)),
    -- Due by the last day of this many months after the period's end.
    due_months_after smallint NOT NULL CHECK (due_months_after BETWEEN 1 AND 12),
    citation     text NOT NULL,
    confirmed    boolean NOT NULL
);
INSERT INTO reporting_rule VALUES
('2020-01-01', '2024-02-01', 3, 1, 'Circular 06 de 2018: trimestral, en abril, julio, octubre y enero (actualisalud.com); el último día del mes es una lectura sin confirmar', false),
('2024-02-01', NULL, 1, 1, 'Circular 17 de 2023 cambió período y plazo desde 2024-02-01; mensual con plazo al final del mes siguiente está sin confirmar', false);
