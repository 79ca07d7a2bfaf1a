-- A server that takes over may lack the newest commits, and would give their version numbers to other content. So each version says in which history
-- it was made: system identifier and timeline, of which every promotion and every recovery to a moment makes another. The first version of another
-- history is the time in milliseconds: no server that wrote before has given out so high a number.
SET LOCAL lock_timeout = '3s';

-- Only on a server that may write.
CREATE FUNCTION database_history() RETURNS text LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.system_identifier::text || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) FROM pg_control_system() c
$$;

ALTER TABLE data_version ADD COLUMN history text;
UPDATE data_version SET history = database_history();

-- Whoever raises the version, of whatever release.
CREATE FUNCTION keep_data_version_unique() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.history := database_history();
    IF NEW.history IS DISTINCT FROM OLD.history THEN
        NEW.version := greatest(NEW.version, (extract(epoch FROM clock_timestamp()) * 1000)::bigint);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_data_version_unique BEFORE UPDATE ON data_version FOR EACH ROW EXECUTE FUNCTION keep_data_version_unique();
