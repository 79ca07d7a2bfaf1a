-- When anything but reports last changed, beside the version that did it. A release that does not know these columns says the right thing by leaving
-- them alone, as of V0033.
SET LOCAL lock_timeout = '3s';

ALTER TABLE data_version
    ADD COLUMN reports_only_after_at timestamptz,
    ADD COLUMN lists_changed_at timestamptz
        GENERATED ALWAYS AS (CASE WHEN reports_only_until = version AND reports_only_after_at IS NOT NULL THEN reports_only_after_at ELSE changed_at END) STORED;
