-- Who may sign in to the work area by an identity provider: a key of its own stands for each person, so that kind, scopes, life, confirmation by a
-- second person, revocation and sessions are those of keys. Its secret was shown to nobody.
SET LOCAL lock_timeout = '3s';

CREATE TABLE external_identity (
    key_id      text COLLATE "C" PRIMARY KEY REFERENCES api_key,
    -- `iss` and `sub` of OpenID Connect: together they name one person for ever.
    issuer      text COLLATE "C" NOT NULL CHECK (issuer ~ '^https?://' AND length(issuer) <= 500),
    subject     text COLLATE "C" NOT NULL CHECK (subject <> '' AND octet_length(subject) <= 255 AND subject !~ '[[:cntrl:]]'),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX external_identity_by_subject ON external_identity (issuer, subject);
CREATE TRIGGER external_identity_append_only BEFORE UPDATE OR DELETE ON external_identity FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER external_identity_no_truncate BEFORE TRUNCATE ON external_identity FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Sign-ins on their way to the provider and back: one answer each, within minutes. State, nonce and verifier are made from what the cookie
-- holds, and are not here.
CREATE TABLE sign_in_attempt (
    -- HMAC-SHA-256(pepper, what the cookie holds).
    mac         bytea PRIMARY KEY CHECK (octet_length(mac) = 32),
    begun_at    timestamptz NOT NULL,
    -- Whether the person must show anew who they are.
    is_fresh    boolean NOT NULL,
    language    text NOT NULL CHECK (language IN ('es', 'en')),
    -- Where the person was going, and what they had typed.
    back        text NOT NULL CHECK (length(back) <= 2000),
    saved       text NOT NULL CHECK (octet_length(saved) <= 65536),
    used_at     timestamptz
);
CREATE INDEX sign_in_attempt_by_begin ON sign_in_attempt (begun_at);

DO $$
BEGIN
    GRANT SELECT, INSERT ON external_identity TO termometro_service;
    GRANT SELECT, INSERT, DELETE ON sign_in_attempt TO termometro_service;
    GRANT UPDATE (used_at) ON sign_in_attempt TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
