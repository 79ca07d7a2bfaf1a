-- Presentations that nothing but reports name, described by the newest thermometer list where it has them; answers those that are new or newly
-- described. $1 expedientes, $2 consecutives.
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
WHERE NOT EXISTS (SELECT FROM medicine m WHERE m.expediente = c.expediente AND m.consecutive = c.consecutive AND m.brand <> '')
ORDER BY c.expediente, c.consecutive
ON CONFLICT (expediente, consecutive) DO UPDATE SET
    brand = excluded.brand, description = excluded.description, holder = excluded.holder, ingredients = excluded.ingredients,
    strength = excluded.strength, dispensing_unit = excluded.dispensing_unit,
    sources = array_remove(medicine.sources, 'sismed') || 'sismed'::text
WHERE medicine.brand = '' AND excluded.brand <> ''
RETURNING expediente, consecutive
