-- The planner's statistics of what an import of a list fills, which only the owner of a table may take: until autovacuum comes, whatever
-- follows would be planned as for empty tables.
SET LOCAL lock_timeout = '3s';

-- `imported`: the kind of a list, or `medicines` once they are built again.
CREATE FUNCTION analyze_imported(imported text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    CASE imported
        WHEN 'catalogue' THEN ANALYZE source_file, catalogue_row;
        WHEN 'ceilings' THEN ANALYZE source_file, act, ceiling, market_price;
        WHEN 'thermometer' THEN ANALYZE source_file, thermometer_price;
        WHEN 'benefit_plan' THEN ANALYZE source_file, benefit_plan_row;
        WHEN 'cum_codes' THEN ANALYZE source_file, cum_code;
        WHEN 'ium_codes' THEN ANALYZE source_file, ium_code;
        WHEN 'medicines' THEN ANALYZE medicine;
    END CASE;
END $$;

REVOKE ALL ON FUNCTION analyze_imported(text) FROM PUBLIC;
DO $$
BEGIN
    GRANT EXECUTE ON FUNCTION analyze_imported(text) TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new function here';
END $$;
