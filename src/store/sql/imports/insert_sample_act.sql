-- An act of the sample: invented, with a name of its own. $1 id, $2 title, $3 valid from.
INSERT INTO act (id, title, issuer, in_force_from, subject_es, subject_en, source, confirmed, sample, sets_ceilings, sets_ceilings_source)
VALUES ($1, $2, 'sample', $3, 'Acto inventado de la muestra de Termómetro: no existe.', 'Invented act of Termómetro''s sample: it does not exist.',
    'muestra / sample', false, true, true, 'muestra / sample')
ON CONFLICT (id) DO NOTHING
