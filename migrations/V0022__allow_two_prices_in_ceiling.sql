-- A list may state two prices for one presentation and column: both rows are kept, and the one more favourable to the seller binds.
SET LOCAL lock_timeout = '3s';

-- One statement per row of a list, presentation and column. (PostgreSQL cut the old name to 63 letters.)
ALTER TABLE ceiling DROP CONSTRAINT ceiling_source_file_id_kind_expediente_consecutive_column_c_key;
ALTER TABLE ceiling ADD CONSTRAINT ceiling_stated_once UNIQUE (source_file_id, kind, expediente, consecutive, column_code, line);

-- As before, but of two prices in one list the more favourable to the seller stands in the table: nothing bound, then the higher one.
CREATE OR REPLACE VIEW ceiling_table AS
WITH listed AS (
    SELECT c.id, c.source_file_id, f.kind, f.cut_date, c.expediente, c.consecutive, c.column_code, c.amount, c.margin_kind, c.margin, c.act_id, c.valid_from
    FROM ceiling c JOIN source_file f ON f.id = c.source_file_id WHERE c.kind = 'maximum' AND f.ended_in IS NULL
), silent AS (
    SELECT one.*, code.column_code AS left_out
    FROM (SELECT DISTINCT ON (source_file_id, expediente, consecutive) * FROM listed WHERE kind = 'ceilings'
        ORDER BY source_file_id, expediente, consecutive, id) one
    CROSS JOIN (VALUES ('institutional'), ('commercial_wholesale'), ('commercial_final')) code (column_code)
    WHERE NOT EXISTS (SELECT FROM ceiling c WHERE c.source_file_id = one.source_file_id AND c.kind = 'maximum'
        AND c.expediente = one.expediente AND c.consecutive = one.consecutive AND c.column_code = code.column_code)
), stated AS (
    SELECT 'cum:' || expediente || '-' || consecutive AS subject, expediente, consecutive, NULL::text AS market, column_code, amount, 'pack' AS per,
        margin_kind, margin, act_id, valid_from, cut_date, source_file_id, id FROM listed
    UNION ALL
    SELECT 'cum:' || expediente || '-' || consecutive, expediente, consecutive, NULL, left_out, NULL, 'pack',
        'none', NULL, act_id, valid_from, cut_date, source_file_id, id FROM silent
    UNION ALL
    -- A unit price binds institutional sales.
    SELECT 'market:' || m.market, NULL, NULL, m.market, 'institutional', m.unit_price, m.unit, 'rule', NULL, m.act_id, m.valid_from, f.cut_date,
        m.source_file_id, m.id FROM market_price m JOIN source_file f ON f.id = m.source_file_id WHERE f.ended_in IS NULL
), chosen AS (
    SELECT DISTINCT ON (subject COLLATE "C", column_code, valid_from) *
    FROM stated ORDER BY subject COLLATE "C", column_code, valid_from, cut_date DESC NULLS LAST, source_file_id DESC,
        amount DESC NULLS FIRST, margin DESC NULLS LAST, id
), timed AS (
    SELECT *, lead(valid_from) OVER next AS valid_until, lead(act_id) OVER next AS ended_by, lead(amount) OVER next AS next_amount
    FROM chosen WINDOW next AS (PARTITION BY subject COLLATE "C", column_code ORDER BY valid_from)
)
SELECT 'ceiling:' || subject || ':' || column_code || ':' || valid_from AS key, subject || ':' || column_code AS place, expediente, consecutive,
    market COLLATE "C" AS market, column_code, trim_scale(amount) AS amount, per, margin_kind, trim_scale(margin) AS margin, act_id, valid_from,
    valid_until, ended_by, valid_until IS NOT NULL AND next_amount IS NULL AS withdrawn, source_file_id
FROM timed WHERE amount IS NOT NULL;
