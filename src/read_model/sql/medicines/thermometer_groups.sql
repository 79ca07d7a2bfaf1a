-- Some comparison groups of a thermometer list. $1 source file, $2 group keys.
SELECT expediente, ingredient, concentration, dispensing_unit, brand, maker, channel, price, published_level, group_key, line
FROM thermometer_price WHERE source_file_id = $1 AND group_key = ANY($2::text[]) ORDER BY group_key, price, line
