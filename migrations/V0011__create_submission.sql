-- What reporters send: the file as it came, what became of its rows, and the signed receipt. A correction is a later version.
SET lock_timeout = '2s';

CREATE TABLE submission (
    id           text COLLATE "C" PRIMARY KEY CHECK (id ~ '^s[0-9A-Za-z]{10}$'),
    principal_id text COLLATE "C" NOT NULL REFERENCES principal,
    nit          text COLLATE "C" NOT NULL REFERENCES reporter,
    idempotency_key text COLLATE "C" NOT NULL CHECK (idempotency_key ~ '^[!-~]{1,200}$'),
    request_digest text NOT NULL CHECK (request_digest ~ '^[0-9a-f]{64}$'),
    name         text NOT NULL,
    format       text NOT NULL CHECK (format IN ('csv', 'ndjson')),
    gzip         boolean NOT NULL,
    -- The span reported on, half-open, in whole months; and as it was written (2020-Q2).
    period       text NOT NULL,
    period_from  date NOT NULL,
    period_until date NOT NULL CHECK (period_until > period_from),
    bytes        bigint NOT NULL CHECK (bytes >= 0),
    sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    dry_run      boolean NOT NULL,
    rectifies    text COLLATE "C" REFERENCES submission,
    version      integer NOT NULL CHECK (version > 0),
    received_at  timestamptz NOT NULL,
    state        text NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'validating', 'accepted', 'partly_quarantined', 'refused')),
    -- From here on NULL until it is finished, and never changed after.
    finished_at  timestamptz,
    source_file_id bigint UNIQUE REFERENCES source_file,
    rows_read        bigint NOT NULL DEFAULT 0,
    rows_accepted    bigint NOT NULL DEFAULT 0,
    rows_quarantined bigint NOT NULL DEFAULT 0,
    rows_refused     bigint NOT NULL DEFAULT 0,
    flags        jsonb NOT NULL DEFAULT '{}',
    reasons      jsonb NOT NULL DEFAULT '{}',
    verdicts     jsonb NOT NULL DEFAULT '{}',
    refusal_code text,
    refusal_detail text,
    -- Position of its acceptance in the audit log.
    position     bigint REFERENCES audit_entry,
    -- JWS, compact, EdDSA.
    receipt      text,
    UNIQUE (principal_id, idempotency_key),
    CHECK (rows_read = rows_accepted + rows_quarantined + rows_refused),
    CHECK ((rectifies IS NULL) = (version = 1)),
    CHECK ((state IN ('received', 'validating')) = (finished_at IS NULL)),
    CHECK ((state = 'refused') = (refusal_code IS NOT NULL)),
    CHECK (state NOT IN ('accepted', 'partly_quarantined') OR dry_run OR (source_file_id IS NOT NULL AND receipt IS NOT NULL))
);
-- One correction of each version; a refused or a dry one does not count.
CREATE UNIQUE INDEX submission_rectified_once ON submission (rectifies) WHERE NOT dry_run AND state <> 'refused';
-- The same content counts once for one reporter.
CREATE UNIQUE INDEX submission_content_once ON submission (nit, sha256) WHERE source_file_id IS NOT NULL;
CREATE INDEX submission_by_reporter ON submission (nit, received_at);
CREATE INDEX submission_unfinished ON submission (received_at) WHERE finished_at IS NULL;

-- The body as it came, in pieces of at most one MiB.
CREATE TABLE submission_body (
    submission_id text COLLATE "C" NOT NULL REFERENCES submission,
    ordinal      integer NOT NULL CHECK (ordinal >= 0),
    bytes        bytea NOT NULL,
    PRIMARY KEY (submission_id, ordinal)
);
ALTER TABLE submission_body ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE TRIGGER submission_body_append_only BEFORE UPDATE OR DELETE ON submission_body FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER submission_body_no_truncate BEFORE TRUNCATE ON submission_body FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE submission_fault (
    submission_id text COLLATE "C" NOT NULL REFERENCES submission,
    ordinal      bigint NOT NULL,
    fate         text NOT NULL CHECK (fate IN ('quarantined', 'refused')),
    line         bigint NOT NULL CHECK (line >= 1),
    column_name  text,
    value        text NOT NULL,
    rule         text NOT NULL CHECK (rule ~ '^[a-z0-9_]+$'),
    PRIMARY KEY (submission_id, ordinal)
);

-- A finished submission is never changed again.
CREATE FUNCTION keep_finished_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.finished_at IS NOT NULL
        OR (NEW.id, NEW.principal_id, NEW.nit, NEW.sha256, NEW.bytes, NEW.period, NEW.rectifies, NEW.received_at) IS DISTINCT FROM
           (OLD.id, OLD.principal_id, OLD.nit, OLD.sha256, OLD.bytes, OLD.period, OLD.rectifies, OLD.received_at) THEN
        RAISE EXCEPTION 'submission % cannot change', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER submission_kept BEFORE UPDATE OR DELETE ON submission FOR EACH ROW EXECUTE FUNCTION keep_finished_submission();
CREATE TRIGGER submission_no_truncate BEFORE TRUNCATE ON submission FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE sismed_report
    ADD COLUMN reporter_nit text COLLATE "C" REFERENCES reporter,
    ADD COLUMN counterparty_nit text COLLATE "C",
    -- Who sold: the reporter of a sale, the counterparty of a purchase; NULL where the file does not say.
    ADD COLUMN seller_nit text COLLATE "C",
    -- The import of the rectification that replaced this row.
    ADD COLUMN superseded_in bigint REFERENCES source_file;
CREATE INDEX sismed_report_by_seller ON sismed_report (seller_nit, expediente, consecutive) WHERE seller_nit IS NOT NULL;
