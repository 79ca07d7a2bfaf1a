-- Partitions of purchases: an edition is loaded into tables of its own without indexes, indexed once, and attached in the same transaction. The public
-- data sets of purchases and contracts that this program can read by itself, off until somebody says so. And the planner's statistics.
SET LOCAL lock_timeout = '3s';

CREATE FUNCTION create_purchase_partition(file bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM source_file WHERE id = file AND kind = 'tvec_items') THEN
        RAISE EXCEPTION 'there is no file of purchases %', file USING ERRCODE = 'foreign_key_violation';
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE purchase INCLUDING CONSTRAINTS)', 'purchase_' || file);
    EXECUTE format('CREATE TABLE %I (LIKE purchase_reading INCLUDING CONSTRAINTS)', 'purchase_reading_' || file);
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'termometro_service') THEN
        EXECUTE format('GRANT SELECT, INSERT ON %I, %I TO termometro_service', 'purchase_' || file, 'purchase_reading_' || file);
    END IF;
END $$;

-- The rest of the tables see them. Every reading is of a line, and made by this import.
CREATE FUNCTION attach_purchase_partition(file bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET maintenance_work_mem = '256MB' SET max_parallel_maintenance_workers = 2 AS $$
DECLARE
    lines text := 'purchase_' || file;
    readings text := 'purchase_reading_' || file;
    lost boolean;
BEGIN
    IF NOT EXISTS (SELECT FROM source_file WHERE id = file AND kind = 'tvec_items') THEN
        RAISE EXCEPTION 'there is no file of purchases %', file USING ERRCODE = 'foreign_key_violation';
    END IF;
    EXECUTE format('ALTER TABLE %1$I ADD PRIMARY KEY (source_file_id, line), ADD CHECK (source_file_id = %2$s AND source_file_id IS NOT NULL)', lines, file);
    EXECUTE format('CREATE INDEX ON %I (id)', lines);
    EXECUTE format('CREATE INDEX ON %I (buyer_nit, source_file_id, ordered_on)', lines);
    EXECUTE format('ALTER TABLE %1$I ADD PRIMARY KEY (source_file_id, line, matcher_version, recorded_in), '
        'ADD CHECK (source_file_id = %2$s AND source_file_id IS NOT NULL)', readings, file);
    EXECUTE format('CREATE UNIQUE INDEX ON %I (source_file_id, line, matcher_version) WHERE superseded_in IS NULL', readings);
    EXECUTE format('CREATE INDEX ON %I (market, source_file_id, line) WHERE market IS NOT NULL AND superseded_in IS NULL', readings);
    EXECUTE format('CREATE INDEX ON %I (expediente, consecutive, source_file_id, line) WHERE expediente IS NOT NULL AND superseded_in IS NULL', readings);
    EXECUTE format('CREATE INDEX ON %I (source_file_id, line) WHERE verdict = ''above'' AND superseded_in IS NULL', readings);
    EXECUTE format('ANALYZE %I, %I', lines, readings);
    EXECUTE format('SELECT EXISTS (SELECT FROM %1$I r LEFT JOIN %2$I p ON p.source_file_id = r.source_file_id AND p.line = r.line '
        'WHERE p.line IS NULL OR r.recorded_in <> %3$s)', readings, lines, file) INTO lost;
    IF lost THEN
        RAISE EXCEPTION 'purchase_reading: a row names a purchase that does not exist' USING ERRCODE = 'foreign_key_violation';
    END IF;
    EXECUTE format('ALTER TABLE purchase ATTACH PARTITION %I FOR VALUES IN (%s)', lines, file);
    EXECUTE format('ALTER TABLE purchase_reading ATTACH PARTITION %I FOR VALUES IN (%s)', readings, file);
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'termometro_service') THEN
        EXECUTE format('REVOKE ALL ON %I, %I FROM termometro_service', lines, readings);
    END IF;
END $$;

REVOKE ALL ON FUNCTION create_purchase_partition(bigint), attach_purchase_partition(bigint) FROM PUBLIC;
DO $$
BEGIN
    GRANT EXECUTE ON FUNCTION create_purchase_partition(bigint), attach_purchase_partition(bigint) TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new functions here';
END $$;

INSERT INTO feed (ordinal, name, kind, data_set, title_es, title_en, licence, enabled) VALUES
    (11, 'tvec_orders', 'tvec_orders', 'rgxm-mmea', 'Tienda Virtual del Estado Colombiano: órdenes de compra', 'Colombian State''s virtual store: purchase orders',
        'CC BY-SA 4.0', false),
    (12, 'tvec_items', 'tvec_items', '3hdv-smhz', 'Tienda Virtual del Estado Colombiano: compras por ítem', 'Colombian State''s virtual store: purchases by item',
        'CC BY-SA 4.0', false),
    (13, 'tvec_items_of_orders', 'tvec_items', 'usqp-5nsn', 'Tienda Virtual del Estado Colombiano: ítems', 'Colombian State''s virtual store: items',
        'CC BY-SA 4.0', false),
    (14, 'secop_contracts', 'secop_contracts', 'jbjy-vk9h', 'SECOP II: contratos electrónicos', 'SECOP II: electronic contracts', 'CC BY-SA 4.0', false),
    (15, 'secop_additions', 'secop_additions', 'cb9c-h8sn', 'SECOP II: adiciones', 'SECOP II: additions', 'CC BY-SA 4.0', false);

DO $$
DECLARE
    known text := pg_get_functiondef('analyze_imported(text)'::regprocedure);
BEGIN
    EXECUTE replace(known, 'WHEN ''medicines''', 'WHEN ''tvec_items'' THEN ANALYZE source_file;
        WHEN ''tvec_orders'' THEN ANALYZE source_file, purchase_order;
        WHEN ''secop_contracts'' THEN ANALYZE source_file, contract;
        WHEN ''secop_additions'' THEN ANALYZE source_file, contract_event;
        WHEN ''medicines''');
END $$;
