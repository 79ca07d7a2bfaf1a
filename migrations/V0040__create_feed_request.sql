-- What persons want of the feeds over the network: a data set read now, or a held file let in. A service that reads feeds takes it up.
SET LOCAL lock_timeout = '3s';

CREATE TABLE feed_request (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    feed         text COLLATE "C" NOT NULL REFERENCES feed,
    -- The run whose held file is let in; NULL: the data set is read now.
    release_run  bigint REFERENCES feed_run,
    requested_at timestamptz NOT NULL,
    requested_by text NOT NULL CHECK (requested_by <> ''),
    reason       text NOT NULL CHECK (reason <> ''),
    taken_at     timestamptz
);
CREATE INDEX feed_request_waiting ON feed_request (id) WHERE taken_at IS NULL;

DO $$
BEGIN
    GRANT SELECT, INSERT ON feed_request TO termometro_service;
    GRANT UPDATE (taken_at) ON feed_request TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new table here';
END $$;
