-- The newest thermometer list, group by group in the order in which it is published; a number distinguishes equal places in a group.
SELECT expediente, ingredient, concentration, dispensing_unit, brand, maker, description, channel, price, published_level, group_key,
    row_number() OVER (PARTITION BY group_key, expediente ORDER BY price, line) AS ordinal,
    (SELECT 'thermometer' = ANY(sample_kinds) FROM data_version) AS sample
FROM thermometer_price WHERE source_file_id = (
    SELECT id FROM source_file WHERE kind = 'thermometer' AND ended_in IS NULL ORDER BY cut_date DESC NULLS LAST, id DESC LIMIT 1)
ORDER BY group_key, expediente, ordinal
