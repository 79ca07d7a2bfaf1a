-- Names by registration from the newest thermometer list, for presentations no other source describes.
SELECT DISTINCT ON (expediente) expediente, brand, ingredient, maker, concentration, dispensing_unit, description
FROM thermometer_price WHERE source_file_id = (
    SELECT id FROM source_file WHERE kind = 'thermometer' AND ended_in IS NULL ORDER BY cut_date DESC NULLS LAST, id DESC LIMIT 1)
ORDER BY expediente, line
