-- Names by registration from the newest thermometer list, for presentations no other source describes.
SELECT DISTINCT ON (expediente) expediente, brand, ingredient, maker, concentration, dispensing_unit, description
FROM thermometer_price WHERE source_file_id = (SELECT max(source_file_id) FROM thermometer_price)
ORDER BY expediente, line
