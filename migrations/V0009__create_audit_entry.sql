-- What every principal did: who, what, when, why, by which request. Append-only, in the order of commits.
SET lock_timeout = '2s';

CREATE TABLE audit_entry (
    -- Without gaps, and given under a lock held until the commit: who reads on from a position misses nothing.
    position     bigint PRIMARY KEY CHECK (position > 0),
    at           timestamptz NOT NULL,
    -- Both null: the person at the machine (bootstrap), or the service itself.
    principal_id text COLLATE "C" REFERENCES principal,
    key_id       text COLLATE "C" REFERENCES api_key,
    actor        text NOT NULL,
    action       text NOT NULL CHECK (action ~ '^[a-z_]+$'),
    subject      text NOT NULL,
    reason       text,
    request_id   text NOT NULL,
    details      json NOT NULL,
    -- SHA-256 over the previous entry's hash and this one's canonical text: a removed or altered entry shows.
    previous_hash text NOT NULL CHECK (previous_hash ~ '^[0-9a-f]{64}$'),
    hash         text NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$')
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
