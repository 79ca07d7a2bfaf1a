-- After which version nothing but reports changed, up to which one. Where the second is not the newest version, something else changed last: so a
-- release that does not know these columns says the right thing by leaving them alone.
SET LOCAL lock_timeout = '3s';

ALTER TABLE data_version
    ADD COLUMN reports_only_after bigint,
    ADD COLUMN reports_only_until bigint,
    ADD CONSTRAINT data_version_reports_only CHECK (
        (reports_only_after IS NULL) = (reports_only_until IS NULL) AND reports_only_after < reports_only_until AND reports_only_until <= version);
