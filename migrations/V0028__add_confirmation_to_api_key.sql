-- A regulator's key takes two persons: who made each key, and who confirmed it. Until a regulator's key is confirmed it opens nothing.
SET LOCAL lock_timeout = '3s';

ALTER TABLE api_key
    -- NULL: the owner of the machine, or the developer who took a free key.
    ADD COLUMN created_by text COLLATE "C" REFERENCES principal,
    -- Regulators' keys made before this migration are as they were.
    ADD COLUMN needs_confirmation boolean NOT NULL DEFAULT false,
    -- NULL in a confirmed key: the owner of the machine.
    ADD COLUMN confirmed_by text COLLATE "C" REFERENCES principal,
    ADD COLUMN confirmed_at timestamptz,
    -- Of a free key: a keyed digest of the network that took it. All keys of one network share what they may ask and write.
    ADD COLUMN given_to text COLLATE "C" CHECK (given_to ~ '^n[0-9a-f]{32}$'),
    ADD CONSTRAINT api_key_confirmed_by_another CHECK (confirmed_by <> created_by AND confirmed_by <> principal_id),
    ADD CONSTRAINT api_key_made_by_one_confirmed_by_another CHECK (confirmed_at IS NULL OR confirmed_by IS NOT NULL OR created_by IS NOT NULL),
    ADD CONSTRAINT api_key_confirmation_is_whole CHECK ((confirmed_by IS NULL OR confirmed_at IS NOT NULL) AND (confirmed_at IS NULL OR needs_confirmation));

-- The audit log knows who made the keys there are.
UPDATE api_key k SET created_by = a.principal_id
FROM audit_entry a WHERE a.action = 'create_key' AND a.subject = k.id AND a.principal_id IS NOT NULL;

-- Whoever inserts it: a regulator's key begins unconfirmed.
CREATE FUNCTION begin_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.needs_confirmation := NEW.kind = 'regulator';
    IF NEW.confirmed_at IS NOT NULL OR NEW.confirmed_by IS NOT NULL THEN
        RAISE EXCEPTION 'api_key % begins unconfirmed', NEW.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER api_key_begins BEFORE INSERT ON api_key FOR EACH ROW EXECUTE FUNCTION begin_key();

CREATE FUNCTION keep_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.created_by, NEW.needs_confirmation, NEW.given_to) IS DISTINCT FROM (OLD.created_by, OLD.needs_confirmation, OLD.given_to)
        OR (OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at, NEW.confirmed_by) IS DISTINCT FROM (OLD.confirmed_at, OLD.confirmed_by)) THEN
        RAISE EXCEPTION 'api_key %: who made and confirmed it cannot change', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER api_key_kept BEFORE UPDATE ON api_key FOR EACH ROW EXECUTE FUNCTION keep_key();

-- Drafts whose approver and one of whose contributors had keys that one operator made at most seven days before they used them.
CREATE VIEW act_draft_of_recent_keys AS
SELECT d.id AS draft_id
FROM act_draft d
JOIN api_key a ON a.principal_id = d.approved_by AND d.approved_at BETWEEN a.created_at AND a.created_at + interval '7 days'
JOIN act_draft_contributor c ON c.draft_id = d.id
JOIN api_key m ON m.principal_id = c.principal_id AND m.created_by = a.created_by AND c.at BETWEEN m.created_at AND m.created_at + interval '7 days';

DO $$
BEGIN
    GRANT UPDATE (confirmed_by, confirmed_at) ON api_key TO termometro_service;
    GRANT SELECT ON act_draft_of_recent_keys TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new columns here';
END $$;
