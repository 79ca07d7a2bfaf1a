-- Presentations that reports name: marked so, and described by the newest thermometer list where no other source does. $1 expedientes, $2 consecutives.
INSERT INTO medicine (expediente, consecutive, brand, description, holder, ingredients, strength, dispensing_unit, regulated, sources)
SELECT c.expediente, c.consecutive, coalesce(t.brand, ''), coalesce(t.description, ''), coalesce(t.maker, ''),
    ARRAY(SELECT btrim(part) FROM unnest(string_to_array(coalesce(t.ingredient, ''), '+')) part WHERE btrim(part) <> ''),
    nullif(btrim(t.concentration), ''), nullif(btrim(t.dispensing_unit), ''), false, ARRAY['sismed']
FROM unnest($1::integer[], $2::integer[]) AS c (expediente, consecutive)
LEFT JOIN (
    SELECT DISTINCT ON (expediente) expediente, brand, ingredient, maker, concentration, dispensing_unit, description
    FROM thermometer_price WHERE source_file_id = (
        SELECT id FROM source_file WHERE kind = 'thermometer' AND ended_in IS NULL ORDER BY cut_date DESC NULLS LAST, id DESC LIMIT 1)
    ORDER BY expediente, line
) t ON t.expediente = c.expediente
WHERE NOT EXISTS (
    SELECT FROM medicine m WHERE m.expediente = c.expediente AND m.consecutive = c.consecutive AND 'sismed' = ANY(m.sources)
)
ORDER BY c.expediente, c.consecutive
ON CONFLICT (expediente, consecutive) DO UPDATE SET
    brand = CASE WHEN medicine.brand = '' THEN excluded.brand ELSE medicine.brand END,
    description = CASE WHEN medicine.brand = '' AND excluded.brand <> '' THEN excluded.description ELSE medicine.description END,
    holder = CASE WHEN medicine.brand = '' AND excluded.brand <> '' THEN excluded.holder ELSE medicine.holder END,
    ingredients = CASE WHEN medicine.brand = '' AND excluded.brand <> '' THEN excluded.ingredients ELSE medicine.ingredients END,
    strength = CASE WHEN medicine.brand = '' AND excluded.brand <> '' THEN excluded.strength ELSE medicine.strength END,
    dispensing_unit = CASE WHEN medicine.brand = '' AND excluded.brand <> '' THEN excluded.dispensing_unit ELSE medicine.dispensing_unit END,
    sources = medicine.sources || 'sismed'::text
WHERE NOT 'sismed' = ANY(medicine.sources)
