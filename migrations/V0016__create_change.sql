-- What changed in the law and in the products, in an order that a reader can follow without missing a row; and who is told of it.
SET lock_timeout = '2s';

CREATE TABLE change (
    -- Without gaps, and given under the import lock, which is held until the commit: who reads on from a position misses nothing.
    position     bigint PRIMARY KEY CHECK (position > 0),
    -- What the change is of. Replaying: for each key in turn, keep `after`, or let go of the key when it is NULL.
    key          text COLLATE "C" NOT NULL CHECK (key ~ '^(product|ceiling):'),
    kind         text COLLATE "C" NOT NULL CHECK (kind IN ('product', 'ceiling')),
    reason       text COLLATE "C" NOT NULL CHECK (reason IN
        ('first_listing', 'new_act', 'superseded', 'withdrawn', 'correction', 'history_added', 'updated', 'delisted', 'relisted')),
    expediente   integer CHECK (expediente > 0),
    consecutive  integer CHECK (consecutive >= 0),
    market       text COLLATE "C",
    -- The act that brings it about; ceilings only.
    act_id       text COLLATE "C" REFERENCES act,
    -- NULL: the row is no longer there.
    after        jsonb,
    -- The change of the same key before this one, whose `after` is what this one replaces.
    before_position bigint REFERENCES change,
    -- The import, publication or submission that brought it; NULL for what was stored before changes were told.
    recorded_in  bigint REFERENCES source_file,
    -- Grows with the position.
    recorded_at  timestamptz NOT NULL,
    CHECK ((expediente IS NULL) = (consecutive IS NULL) AND (expediente IS NULL) <> (market IS NULL)),
    CHECK (before_position < position)
);
CREATE INDEX change_by_product ON change (expediente, consecutive, position) WHERE expediente IS NOT NULL;
CREATE INDEX change_by_market ON change (market, position) WHERE market IS NOT NULL;
CREATE INDEX change_by_kind ON change (kind, position);
CREATE INDEX change_by_time ON change (recorded_at, position);
CREATE TRIGGER change_append_only BEFORE UPDATE OR DELETE ON change FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER change_no_truncate BEFORE TRUNCATE ON change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The newest change of each key, and a digest of what it left behind: what somebody holds who has replayed everything.
CREATE TABLE change_head (
    key          text COLLATE "C" PRIMARY KEY,
    position     bigint NOT NULL,
    -- NULL: the row is no longer there.
    digest       uuid
);

-- The newest import whose changes have been told.
CREATE TABLE change_told (
    only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    source_file_id bigint NOT NULL
);
INSERT INTO change_told (source_file_id) VALUES (0);

-- The current table of ceilings: for each CUM or market and column, what binds from which day until which day, as the newest list states it.
-- An act published here speaks of the columns it names; a list that names a CUM and leaves a column out says that nothing binds there.
CREATE VIEW ceiling_table AS
WITH listed AS (
    SELECT c.id, c.source_file_id, f.kind, f.cut_date, c.expediente, c.consecutive, c.column_code, c.amount, c.margin_kind, c.margin, c.act_id, c.valid_from
    FROM ceiling c JOIN source_file f ON f.id = c.source_file_id WHERE c.kind = 'maximum'
), silent AS (
    SELECT one.*, code.column_code AS left_out
    FROM (SELECT DISTINCT ON (source_file_id, expediente, consecutive) * FROM listed WHERE kind = 'ceilings'
        ORDER BY source_file_id, expediente, consecutive, id) one
    CROSS JOIN (VALUES ('institutional'), ('commercial_wholesale'), ('commercial_final')) code (column_code)
    WHERE NOT EXISTS (SELECT FROM ceiling c WHERE c.source_file_id = one.source_file_id AND c.kind = 'maximum'
        AND c.expediente = one.expediente AND c.consecutive = one.consecutive AND c.column_code = code.column_code)
), stated AS (
    SELECT 'cum:' || expediente || '-' || consecutive AS subject, expediente, consecutive, NULL::text AS market, column_code, amount, 'pack' AS per,
        margin_kind, margin, act_id, valid_from, cut_date, source_file_id, id FROM listed
    UNION ALL
    SELECT 'cum:' || expediente || '-' || consecutive, expediente, consecutive, NULL, left_out, NULL, 'pack',
        'none', NULL, act_id, valid_from, cut_date, source_file_id, id FROM silent
    UNION ALL
    -- A unit price binds institutional sales.
    SELECT 'market:' || m.market, NULL, NULL, m.market, 'institutional', m.unit_price, m.unit, 'rule', NULL, m.act_id, m.valid_from, f.cut_date,
        m.source_file_id, m.id FROM market_price m JOIN source_file f ON f.id = m.source_file_id
), chosen AS (
    SELECT DISTINCT ON (subject COLLATE "C", column_code, valid_from) *
    FROM stated ORDER BY subject COLLATE "C", column_code, valid_from, cut_date DESC NULLS LAST, source_file_id DESC, id
), timed AS (
    SELECT *, lead(valid_from) OVER next AS valid_until, lead(act_id) OVER next AS ended_by, lead(amount) OVER next AS next_amount
    FROM chosen WINDOW next AS (PARTITION BY subject COLLATE "C", column_code ORDER BY valid_from)
)
SELECT 'ceiling:' || subject || ':' || column_code || ':' || valid_from AS key, subject || ':' || column_code AS place, expediente, consecutive,
    market COLLATE "C" AS market, column_code, trim_scale(amount) AS amount, per, margin_kind, trim_scale(margin) AS margin, act_id, valid_from,
    valid_until, ended_by, valid_until IS NOT NULL AND next_amount IS NULL AS withdrawn
FROM timed WHERE amount IS NOT NULL;

-- Who wants to be told of changes, and where. The secret that signs is not here: it is derived with a pepper that the database does not hold.
CREATE TABLE watch (
    id           text COLLATE "C" PRIMARY KEY CHECK (id ~ '^w[0-9A-Za-z]{10}$'),
    principal_id text COLLATE "C" NOT NULL REFERENCES principal,
    url          text NOT NULL CHECK (url ~ '^https?://'),
    description  text NOT NULL,
    -- Empty: both kinds.
    kinds        text[] NOT NULL CHECK (kinds <@ ARRAY['product', 'ceiling']),
    -- Whether it is of all products; else of those in watch_product.
    everything   boolean NOT NULL,
    created_at   timestamptz NOT NULL,
    state        text COLLATE "C" NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'disabled', 'deleted')),
    -- Why it is not active: the last fault, of a watch that was disabled.
    state_reason text,
    pepper_id    text NOT NULL,
    generation   integer NOT NULL DEFAULT 1 CHECK (generation > 0),
    -- Until then the generation before signs too.
    previous_until timestamptz,
    -- The work queue: tries in a row that failed, since when, and when to try again; who is at it holds it until then.
    failures     integer NOT NULL DEFAULT 0,
    failing_since timestamptz,
    next_attempt_at timestamptz NOT NULL,
    held_until   timestamptz
);
CREATE INDEX watch_by_principal ON watch (principal_id);
CREATE INDEX watch_to_work ON watch (next_attempt_at) WHERE state = 'active';

CREATE TABLE watch_product (
    watch_id     text COLLATE "C" NOT NULL REFERENCES watch,
    expediente   integer NOT NULL CHECK (expediente > 0),
    consecutive  integer NOT NULL CHECK (consecutive >= 0),
    PRIMARY KEY (watch_id, expediente, consecutive)
);
CREATE INDEX watch_product_by_product ON watch_product (expediente, consecutive);

-- What is to be told, written in the transaction that changes the data.
CREATE TABLE watch_message (
    number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The webhook-id: the same at every try.
    id           text COLLATE "C" NOT NULL UNIQUE CHECK (id ~ '^msg_[0-9a-f]{32}$'),
    watch_id     text COLLATE "C" NOT NULL REFERENCES watch,
    kind         text COLLATE "C" NOT NULL CHECK (kind IN ('change', 'test')),
    created_at   timestamptz NOT NULL,
    -- The first changes of the transaction that the watch is of, and how many there are in all.
    positions    bigint[] NOT NULL,
    changes      bigint NOT NULL CHECK (changes >= cardinality(positions)),
    -- The last position of the transaction: reading on from there misses nothing.
    until_position bigint NOT NULL,
    -- As it was first sent: a second try sends the same bytes.
    payload      text,
    state        text COLLATE "C" NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dropped')),
    ended_at     timestamptz,
    CHECK ((state = 'pending') = (ended_at IS NULL))
);
CREATE INDEX watch_message_pending ON watch_message (watch_id, number) WHERE state = 'pending';
CREATE INDEX watch_message_by_watch ON watch_message (watch_id, number);

-- Every try, and what came of it.
CREATE TABLE watch_attempt (
    message_number bigint NOT NULL REFERENCES watch_message,
    ordinal      integer NOT NULL CHECK (ordinal > 0),
    at           timestamptz NOT NULL,
    outcome      text COLLATE "C" NOT NULL CHECK (outcome ~ '^[a-z_]+$'),
    status       smallint,
    milliseconds integer NOT NULL CHECK (milliseconds >= 0),
    PRIMARY KEY (message_number, ordinal)
);
CREATE TRIGGER watch_attempt_append_only BEFORE UPDATE OR DELETE ON watch_attempt FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER watch_attempt_no_truncate BEFORE TRUNCATE ON watch_attempt FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
BEGIN
    GRANT SELECT, INSERT ON change, change_head, change_told, watch, watch_product, watch_message, watch_attempt TO termometro_service;
    GRANT SELECT ON ceiling_table TO termometro_service;
    -- Marks of how far the telling has come, and work queues.
    GRANT UPDATE ON change_head, change_told TO termometro_service;
    GRANT UPDATE (state, state_reason, pepper_id, generation, previous_until, failures, failing_since, next_attempt_at, held_until) ON watch TO termometro_service;
    GRANT UPDATE (payload, state, ended_at) ON watch_message TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
