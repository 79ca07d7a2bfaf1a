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
