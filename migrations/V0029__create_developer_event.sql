-- What developers do for themselves stands apart from the audit log, is bounded by the day, and is forgotten after a time. Kept answers end after a
-- week. A watch is confirmed by its receiver before anything is sent to it.
SET LOCAL lock_timeout = '3s';

CREATE TABLE developer_event (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL,
    -- NULL: the service itself.
    principal_id text COLLATE "C",
    key_id       text COLLATE "C",
    action       text NOT NULL CHECK (action ~ '^[a-z_]+$'),
    subject      text NOT NULL,
    reason       text,
    request_id   text NOT NULL,
    details      json NOT NULL
);
CREATE INDEX developer_event_by_at ON developer_event (at);

-- How often somebody wrote on a day (UTC): a principal, or all free keys that one network took.
CREATE TABLE daily_write (
    holder       text COLLATE "C" NOT NULL,
    day          date NOT NULL,
    writes       integer NOT NULL CHECK (writes > 0),
    PRIMARY KEY (holder, day)
);

-- Rows that may be deleted once the instant in a column (first argument) is older than an interval (second), and never change.
CREATE FUNCTION refuse_early_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND (to_jsonb(OLD) ->> TG_ARGV[0])::timestamptz < clock_timestamp() - TG_ARGV[1]::interval THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is kept for %', TG_TABLE_NAME, TG_ARGV[1] USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER developer_event_kept BEFORE UPDATE OR DELETE ON developer_event FOR EACH ROW EXECUTE FUNCTION refuse_early_end('at', '89 days');
CREATE TRIGGER idempotency_record_kept BEFORE DELETE ON idempotency_record FOR EACH ROW EXECUTE FUNCTION refuse_early_end('at', '6 days 23 hours');
CREATE INDEX idempotency_record_by_at ON idempotency_record (at);

-- Messages and tries of watches, as long as their owners may ask what became of them.
DROP TRIGGER watch_attempt_append_only ON watch_attempt;
CREATE TRIGGER watch_attempt_kept BEFORE UPDATE OR DELETE ON watch_attempt FOR EACH ROW EXECUTE FUNCTION refuse_early_end('at', '89 days');
CREATE TRIGGER watch_message_kept BEFORE DELETE ON watch_message FOR EACH ROW EXECUTE FUNCTION refuse_early_end('ended_at', '89 days');
CREATE INDEX watch_message_ended ON watch_message (ended_at) WHERE ended_at IS NOT NULL;

ALTER TABLE watch
    -- When its receiver echoed the challenge; until then nothing else is sent to it.
    ADD COLUMN confirmed_at timestamptz,
    -- Whose it is when watches are counted: the principal, or all free keys that one network took. NULL: the principal.
    ADD COLUMN holder text COLLATE "C",
    ADD COLUMN host text COLLATE "C" GENERATED ALWAYS AS (lower(substring(url from '^https?://(\[[^]]*\]|[^/:?#]*)'))) STORED;
-- Those that there are have been sent to before.
UPDATE watch SET confirmed_at = created_at;
CREATE INDEX watch_by_host ON watch (host) WHERE state = 'active';
CREATE INDEX watch_by_holder ON watch (coalesce(holder, principal_id));
CREATE INDEX watch_held ON watch (held_until) WHERE held_until IS NOT NULL;

DO $$
BEGIN
    GRANT SELECT, INSERT, DELETE ON developer_event TO termometro_service;
    GRANT SELECT, INSERT, UPDATE, DELETE ON daily_write TO termometro_service;
    GRANT DELETE ON idempotency_record, watch_message, watch_attempt TO termometro_service;
    GRANT UPDATE (confirmed_at) ON watch TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
