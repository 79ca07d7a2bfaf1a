-- A key that is requested over the network has no secret until its owner takes it: nobody else ever sees it. And on which day a key last opened something.
SET LOCAL lock_timeout = '3s';

ALTER TABLE api_key
    -- NULL: requested, and not taken yet. Such a key opens nothing.
    ALTER COLUMN mac DROP NOT NULL,
    -- NULL with a secret: made on the machine, which showed it there.
    ADD COLUMN taken_at timestamptz,
    -- In Colombia.
    ADD COLUMN last_used_on date,
    ADD CONSTRAINT api_key_taken_has_secret CHECK (taken_at IS NULL OR mac IS NOT NULL);

-- As before, and: a secret is given once and never changed, and a revoked key stays revoked.
CREATE OR REPLACE FUNCTION keep_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.created_by, NEW.needs_confirmation, NEW.given_to) IS DISTINCT FROM (OLD.created_by, OLD.needs_confirmation, OLD.given_to)
        OR (OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at, NEW.confirmed_by) IS DISTINCT FROM (OLD.confirmed_at, OLD.confirmed_by)) THEN
        RAISE EXCEPTION 'api_key %: who made and confirmed it cannot change', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (NEW.mac, NEW.taken_at) IS DISTINCT FROM (OLD.mac, OLD.taken_at)
        AND (OLD.mac IS NOT NULL OR NEW.taken_at IS NULL OR OLD.revoked_at IS NOT NULL) THEN
        RAISE EXCEPTION 'api_key %: its secret is given once', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE EXCEPTION 'api_key %: it is revoked', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

DO $$
BEGIN
    GRANT UPDATE (mac, taken_at, last_used_on) ON api_key TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new columns here';
END $$;
