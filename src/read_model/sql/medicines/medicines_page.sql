-- Presentations in order of CUM. $1, $2 after this CUM; filters: $3 ATC prefix, $4 patterns of an ingredient without accents, $5 holder, $6 regulated, $7 form, $8 strength; $9 limit.
SELECT m.expediente, m.consecutive, m.brand, m.description, m.holder, m.registration, m.registration_state, m.active, m.medical_sample, m.atc, m.ingredients, m.strength, m.form, m.route, m.form_group, m.market, m.dispensing_units, m.dispensing_unit, m.regulated_units, m.regulated_unit, m.equivalence_key, m.regulated, m.sources, m.iums
FROM medicine m WHERE (m.expediente, m.consecutive) > ($1, $2)
    AND ($3::text IS NULL OR m.atc LIKE upper($3) || '%')
    AND ($4::text[] IS NULL OR EXISTS (SELECT 1 FROM unnest(m.ingredients) AS i WHERE translate(i, 'ÁÉÍÓÚÜÑáéíóúüñ', 'AEIOUUNaeiouun') ILIKE ANY ($4)))
    AND ($5::text IS NULL OR m.holder ILIKE '%' || $5 || '%')
    AND ($6::boolean IS NULL OR m.regulated = $6)
    AND ($7::text IS NULL OR m.form ILIKE '%' || $7 || '%')
    AND ($8::text IS NULL OR m.strength ILIKE '%' || $8 || '%')
ORDER BY m.expediente, m.consecutive LIMIT $9
