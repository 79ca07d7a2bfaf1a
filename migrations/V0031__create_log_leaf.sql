-- A Merkle log (RFC 9162) of what must not be rewritten quietly: acts, publications, imports with their ceilings and verdict counts, audit entries
-- and receipts. A leaf is added in the transaction that writes what it speaks of; what stood here before is added at the first start.
SET LOCAL lock_timeout = '3s';

CREATE TABLE log_leaf (
    -- Without gaps, and given under the audit log's lock, which is held until the commit.
    leaf_index   bigint PRIMARY KEY CHECK (leaf_index >= 0),
    kind         text COLLATE "C" NOT NULL CHECK (kind IN ('act', 'publication', 'import', 'audit', 'receipt')),
    -- The row that it speaks of: an act, an import, a position of the audit log, or a submission.
    subject      text COLLATE "C" NOT NULL,
    -- What orders the rows of a kind; NULL for acts.
    number       bigint CHECK ((kind = 'act') = (number IS NULL)),
    -- The bytes of the leaf, in UTF-8.
    entry        text NOT NULL,
    -- SHA-256 of 0x00 and the entry.
    hash         bytea NOT NULL CHECK (octet_length(hash) = 32),
    -- What keeps a digest of private rows from being guessed; never shown.
    salt         bytea
);
CREATE INDEX log_leaf_by_subject ON log_leaf (kind, subject);
CREATE UNIQUE INDEX log_leaf_by_number ON log_leaf (kind, number) WHERE number IS NOT NULL;
CREATE INDEX log_leaf_by_hash ON log_leaf (hash);

-- The hash of each complete subtree above the leaves: a proof and a new leaf need as many as the tree has levels.
CREATE TABLE log_node (
    level        smallint NOT NULL CHECK (level BETWEEN 1 AND 62),
    ordinal      bigint NOT NULL CHECK (ordinal >= 0),
    hash         bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (level, ordinal)
);

-- Sizes of the log for which a root was signed.
CREATE TABLE log_head (
    size         bigint PRIMARY KEY CHECK (size > 0),
    root         bytea NOT NULL CHECK (octet_length(root) = 32),
    signed_at    timestamptz NOT NULL,
    kid          text COLLATE "C" NOT NULL CHECK (kid ~ '^[0-9a-f]{16}$'),
    -- JWS, compact, EdDSA.
    signed       text NOT NULL
);

CREATE TRIGGER log_leaf_append_only BEFORE UPDATE OR DELETE ON log_leaf FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_leaf_no_truncate BEFORE TRUNCATE ON log_leaf FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_node_append_only BEFORE UPDATE OR DELETE ON log_node FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_node_no_truncate BEFORE TRUNCATE ON log_node FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_head_append_only BEFORE UPDATE OR DELETE ON log_head FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_head_no_truncate BEFORE TRUNCATE ON log_head FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The digest of an import's reports, made while they were encoded, so that its leaf need not read them again. The leaf is what counts.
ALTER TABLE source_file ADD COLUMN reports_sha256 text CHECK (reports_sha256 ~ '^[0-9a-f]{64}$');
-- How many reports an import ended. NULL of those of a release before the log, whose leaves do not state it.
ALTER TABLE source_file ADD COLUMN reports_ended bigint CHECK (reports_ended >= 0);
-- Which imports another one ended.
CREATE INDEX source_file_by_end ON source_file (ended_in) WHERE ended_in IS NOT NULL;
-- Receipts in the order in which they were given.
CREATE INDEX submission_receipt_by_position ON submission (position) WHERE receipt IS NOT NULL;

DO $$
BEGIN
    GRANT SELECT, INSERT ON log_leaf, log_node, log_head TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
