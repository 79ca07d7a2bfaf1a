-- A whole thermometer list, group by group. $1 source file.
SELECT expediente, ingredient, concentration, dispensing_unit, brand, maker, channel, price, published_level, group_key, line
FROM thermometer_price WHERE source_file_id = $1 ORDER BY group_key, price, line
