-- Every row's group, price and published level. $1 source file.
SELECT group_key, concentration, dispensing_unit, channel, price, published_level FROM thermometer_price WHERE source_file_id = $1 ORDER BY line
