-- The role under which the service works: it may add and read, change work queues only, and never touch evidence.
-- Where the migrating role may not create roles, the triggers of the earlier migrations remain, and the service says so.
SET lock_timeout = '2s';

DO $$
BEGIN
    BEGIN
        CREATE ROLE termometro_service NOLOGIN;
    EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
            RAISE NOTICE 'no role termometro_service: this account may not create roles';
            RETURN;
    END;
    GRANT termometro_service TO CURRENT_USER;
    GRANT USAGE ON SCHEMA public TO termometro_service;
    GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO termometro_service;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO termometro_service;
    -- Work queues, and the marks that close a row without changing what it says.
    GRANT UPDATE ON source_file, data_version, act_draft, submission TO termometro_service;
    GRANT UPDATE (revoked_at) ON api_key TO termometro_service;
    GRANT UPDATE (superseded_in) ON basis, assessment, sismed_report, ceiling_validity, case_evidence TO termometro_service;
    GRANT UPDATE (flags) ON sismed_report TO termometro_service;
    GRANT UPDATE (state, version) ON case_file TO termometro_service;
    GRANT UPDATE (regulated_units, regulated_unit, dispensing_units) ON ceiling TO termometro_service;
    -- Rebuilt from the sources.
    GRANT DELETE, TRUNCATE ON medicine TO termometro_service;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service exists, but could not be granted here';
END $$;
