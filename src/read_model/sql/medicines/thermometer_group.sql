-- A comparison group of a thermometer list. $1 source file, $2 group key.
SELECT expediente, ingredient, concentration, dispensing_unit, brand, maker, description, channel, price, published_level, group_key, line
FROM thermometer_price WHERE source_file_id = $1 AND group_key = $2 ORDER BY price, line
