-- The public data sets of purchases and contracts that this program can read by itself, off until somebody says so, and the planner's statistics of
-- what their imports fill.
SET LOCAL lock_timeout = '3s';

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
    EXECUTE replace(known, 'WHEN ''medicines''', 'WHEN ''tvec_items'' THEN ANALYZE source_file, purchase, purchase_reading;
        WHEN ''tvec_orders'' THEN ANALYZE source_file, purchase_order;
        WHEN ''secop_contracts'' THEN ANALYZE source_file, contract;
        WHEN ''secop_additions'' THEN ANALYZE source_file, contract_event;
        WHEN ''medicines''');
END $$;
