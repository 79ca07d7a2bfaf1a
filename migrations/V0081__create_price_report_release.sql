-- Weekly statistics of price reports. A week is released once, after its end, all at once, and never changes: not by a withdrawal, not by a
-- later decision on a report. Each report counts in one week alone, so that no two weeks differ by a known report.
SET LOCAL lock_timeout = '3s';

CREATE TABLE price_report_release (
    -- Its Monday.
    week         date PRIMARY KEY CHECK (extract(isodow FROM week) = 1),
    released_at  timestamptz NOT NULL,
    released_on  date NOT NULL CHECK (released_on >= week + 7),
    -- Of the rules by which it was made.
    method       smallint NOT NULL CHECK (method > 0)
);

-- What may be shown, and nothing else: a hidden figure is no row.
CREATE TABLE price_report_statistic (
    week     date NOT NULL REFERENCES price_report_release,
    cum      text COLLATE "C" NOT NULL CHECK (cum ~ '^[0-9]{1,9}-[0-9]{1,9}$'),
    per      text COLLATE "C" NOT NULL CHECK (per IN ('pack', 'dispensing_unit')),
    -- CO, a department of two digits, or a municipality of five.
    area     text COLLATE "C" NOT NULL CHECK (area ~ '^(CO|[0-9]{2}|[0-9]{5})$'),
    at_least integer NOT NULL CHECK (at_least >= 5),
    -- NULL: without a bound.
    at_most  integer CHECK (at_most > at_least),
    -- Of two significant figures.
    median   numeric(18, 4) NOT NULL CHECK (median > 0 AND median <> 'NaN'),
    PRIMARY KEY (week, cum, per, area)
);

-- Only together with its release.
CREATE FUNCTION check_price_report_statistic() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM price_report_release r WHERE r.week = NEW.week AND r.xmin = pg_current_xact_id()::xid) THEN
        RAISE EXCEPTION 'price reports: the week of % is released already', NEW.week USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER price_report_statistic_checked BEFORE INSERT ON price_report_statistic FOR EACH ROW EXECUTE FUNCTION check_price_report_statistic();

-- No report enters a week that is released.
CREATE FUNCTION check_week_of_price_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM price_report_release r WHERE r.week = date_trunc('week', NEW.usable_since)::date) THEN
        RAISE EXCEPTION 'price report %: the week of % is released already', NEW.id, NEW.usable_since USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER price_report_in_open_week BEFORE INSERT OR UPDATE OF usable_since ON price_report
    FOR EACH ROW WHEN (NEW.usable_since IS NOT NULL) EXECUTE FUNCTION check_week_of_price_report();

CREATE TRIGGER price_report_release_append_only BEFORE UPDATE OR DELETE ON price_report_release FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER price_report_release_no_truncate BEFORE TRUNCATE ON price_report_release FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER price_report_statistic_append_only BEFORE UPDATE OR DELETE ON price_report_statistic FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER price_report_statistic_no_truncate BEFORE TRUNCATE ON price_report_statistic FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
BEGIN
    GRANT SELECT, INSERT ON price_report_release, price_report_statistic TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;

-- Another branch of what people sent, whichever are there already: reports with a question have a term.
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW participation_item AS ' || rtrim(pg_get_viewdef('participation_item'::regclass), '; ') || '
        UNION ALL
        SELECT ''price_report''::text, p.id, p.received_on, p.due_on, p.state, p.answered_on, p.disposition, false
        FROM price_report p WHERE p.due_on IS NOT NULL';
END $$;
