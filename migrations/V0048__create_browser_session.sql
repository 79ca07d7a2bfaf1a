-- Sessions of people in a browser: begun with a key, ended by them, by time, or with the key. Ended ones are kept for a while, so that it can
-- be said what became of them.
SET LOCAL lock_timeout = '3s';

CREATE TABLE browser_session (
    id           text COLLATE "C" PRIMARY KEY CHECK (id ~ '^s[0-9A-Za-z]{10}$'),
    -- HMAC-SHA-256(pepper, what the cookie holds): of no use to whoever reads it here.
    mac          bytea NOT NULL UNIQUE CHECK (octet_length(mac) = 32),
    pepper_id    text NOT NULL,
    key_id       text COLLATE "C" NOT NULL REFERENCES api_key,
    -- What the browser calls itself, for the list that its owner reads.
    agent        text NOT NULL CHECK (length(agent) <= 200),
    -- When the key was shown.
    begun_at     timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL CHECK (seen_at >= begun_at),
    ends_at      timestamptz NOT NULL CHECK (ends_at > begun_at AND ends_at <= begun_at + interval '8 hours'),
    ended_at     timestamptz,
    ended_reason text CHECK (ended_reason IN ('sign_out', 'replaced', 'all')),
    CHECK ((ended_at IS NULL) = (ended_reason IS NULL))
);
CREATE INDEX browser_session_by_key ON browser_session (key_id) WHERE ended_at IS NULL;
CREATE INDEX browser_session_by_end ON browser_session (ends_at);

CREATE FUNCTION keep_browser_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.mac, NEW.pepper_id, NEW.key_id, NEW.begun_at, NEW.ends_at)
        IS DISTINCT FROM (OLD.id, OLD.mac, OLD.pepper_id, OLD.key_id, OLD.begun_at, OLD.ends_at) THEN
        RAISE EXCEPTION 'browser_session %: whose it is and how long it lasts cannot change', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'browser_session %: it has ended', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER browser_session_kept BEFORE UPDATE ON browser_session FOR EACH ROW EXECUTE FUNCTION keep_browser_session();

DO $$
BEGIN
    GRANT SELECT, INSERT, DELETE ON browser_session TO termometro_service;
    GRANT UPDATE (seen_at, ended_at, ended_reason) ON browser_session TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new table here';
END $$;
