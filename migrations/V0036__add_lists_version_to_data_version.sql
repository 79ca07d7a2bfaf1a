-- The newest version that changed anything but reports, and when it came to be: the rule of V0033, stated once. A release that does not know these
-- columns says the right thing by leaving them alone.
SET LOCAL lock_timeout = '3s';

ALTER TABLE data_version
    ADD COLUMN reports_only_after_at timestamptz,
    ADD COLUMN lists_version bigint GENERATED ALWAYS AS (CASE WHEN reports_only_until = version THEN reports_only_after ELSE version END) STORED,
    ADD COLUMN lists_changed_at timestamptz
        GENERATED ALWAYS AS (CASE WHEN reports_only_until = version AND reports_only_after_at IS NOT NULL THEN reports_only_after_at ELSE changed_at END) STORED;
