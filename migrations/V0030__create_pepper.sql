-- By their names, the peppers that keys were stored under: a start with another one is noticed, and no pepper is here.
SET LOCAL lock_timeout = '3s';

CREATE TABLE pepper (
    pepper_id    text COLLATE "C" PRIMARY KEY CHECK (pepper_id ~ '^[0-9a-f]{16}$'),
    first_used_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER pepper_append_only BEFORE UPDATE OR DELETE ON pepper FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER pepper_no_truncate BEFORE TRUNCATE ON pepper FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

INSERT INTO pepper (pepper_id) SELECT pepper_id FROM api_key UNION SELECT pepper_id FROM watch;

DO $$
BEGIN
    GRANT SELECT, INSERT ON pepper TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new table here';
END $$;
