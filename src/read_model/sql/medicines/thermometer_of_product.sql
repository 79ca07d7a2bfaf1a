-- A registration's rows in a thermometer list. $1 source file, $2 expediente, $3 channel or null.
SELECT expediente, ingredient, concentration, dispensing_unit, brand, maker, description, channel, price, published_level, group_key, line
FROM thermometer_price WHERE source_file_id = $1 AND expediente = $2 AND ($3::text IS NULL OR channel = $3)
ORDER BY channel, line
