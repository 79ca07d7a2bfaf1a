COPY (SELECT line, expediente, ingredient, concentration, base_unit, dispensing_unit, brand, maker, description, channel, price, published_level
    FROM thermometer_price WHERE source_file_id = $1 ORDER BY line) TO STDOUT (FORMAT binary)
