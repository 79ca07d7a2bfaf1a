-- Where every market's unit price was read from.
SELECT source_file_id, id, market, sheet, line, unit_price AS amount, NULL::numeric AS margin FROM market_price ORDER BY id
