-- E-mail to holders of keys: the address that each entered and confirmed, and the messages that wait for the relay or have ended.
SET LOCAL lock_timeout = '3s';

-- Personal data of its owner, who changes it and takes it away; no log, public answer or file has it.
CREATE TABLE mail_address (
    principal_id text COLLATE "C" PRIMARY KEY REFERENCES principal,
    -- No character that could end a header or begin another address.
    address      text COLLATE "C" NOT NULL CHECK (octet_length(address) <= 254
                     AND address ~ '^[A-Za-z0-9.!#$%&''*+/=?^_{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$'),
    entered_at   timestamptz NOT NULL,
    -- NULL: nothing but the message that asks for the confirmation goes there.
    confirmed_at timestamptz CHECK (confirmed_at >= entered_at)
);

-- Whoever writes it: a developer took a key under any name, and gets no mail; another address is confirmed anew.
CREATE FUNCTION check_mail_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM principal p WHERE p.id = NEW.principal_id AND p.kind = 'developer') THEN
        RAISE EXCEPTION 'mail_address %: a developer gets no mail', NEW.principal_id USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.confirmed_at IS NOT NULL THEN
        RAISE EXCEPTION 'mail_address %: it is confirmed after it is entered', NEW.principal_id USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.confirmed_at IS NOT NULL AND (NEW.address, NEW.entered_at) IS DISTINCT FROM (OLD.address, OLD.entered_at) THEN
        RAISE EXCEPTION 'mail_address %: another address is confirmed anew', NEW.principal_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mail_address_checked BEFORE INSERT OR UPDATE ON mail_address FOR EACH ROW EXECUTE FUNCTION check_mail_address();

-- Written in the transaction of what it speaks of. The words are made when it is sent.
CREATE TABLE mail_message (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    principal_id text COLLATE "C" NOT NULL REFERENCES principal,
    kind         text COLLATE "C" NOT NULL CHECK (kind IN ('confirm_address', 'case_notified', 'case_reply_due', 'case_decided',
                     'submission_ended', 'key_requested', 'key_confirmed')),
    -- The case, submission or key; of a confirmation, when the address was entered.
    subject      text COLLATE "C" NOT NULL CHECK (subject ~ '^[0-9A-Za-z:.+-]{1,64}$'),
    -- Of a case, the version that the message speaks of.
    version      integer NOT NULL DEFAULT 0 CHECK (version >= 0),
    -- A day or a state, by code.
    detail       text COLLATE "C" NOT NULL DEFAULT '' CHECK (detail ~ '^[0-9a-z_-]{0,32}$'),
    created_at   timestamptz NOT NULL,
    attempts     integer NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 20),
    next_at      timestamptz NOT NULL,
    -- Until then a service has it in hand.
    held_until   timestamptz,
    ended_at     timestamptz,
    -- Of the last try.
    outcome      text COLLATE "C" CHECK (outcome IN ('sent', 'refused', 'no_address', 'too_late', 'failed', 'relay_away', 'put_off')),
    CHECK (ended_at IS NULL OR outcome IN ('sent', 'refused', 'no_address', 'too_late', 'failed')),
    CHECK (ended_at IS NOT NULL OR outcome IS NULL OR outcome IN ('relay_away', 'put_off')),
    UNIQUE (principal_id, kind, subject, version)
);
CREATE INDEX mail_message_due ON mail_message (next_at, id) WHERE ended_at IS NULL;
CREATE INDEX mail_message_by_principal ON mail_message (principal_id, id);
CREATE INDEX mail_message_by_end ON mail_message (ended_at, id) WHERE ended_at IS NOT NULL;

-- What has ended stays as it ended.
CREATE FUNCTION keep_mail_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL OR NEW.attempts < OLD.attempts
        OR (NEW.principal_id, NEW.kind, NEW.subject, NEW.version, NEW.detail, NEW.created_at)
            IS DISTINCT FROM (OLD.principal_id, OLD.kind, OLD.subject, OLD.version, OLD.detail, OLD.created_at) THEN
        RAISE EXCEPTION 'mail_message %: what it says and how it ended cannot change', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mail_message_kept BEFORE UPDATE ON mail_message FOR EACH ROW EXECUTE FUNCTION keep_mail_message();

DO $$
BEGIN
    GRANT SELECT, INSERT, UPDATE, DELETE ON mail_address TO termometro_service;
    GRANT SELECT, INSERT, DELETE ON mail_message TO termometro_service;
    GRANT UPDATE (attempts, next_at, held_until, ended_at, outcome) ON mail_message TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
