-- Every presentation, in the order in which it is published.
SELECT expediente, consecutive, brand, description, holder, registration, registration_state, active, medical_sample, atc, ingredients, strength, form, route, form_group, market, dispensing_units, dispensing_unit, regulated_units, regulated_unit, equivalence_key, regulated, sources, iums,
    sources && (SELECT sample_kinds FROM data_version) AS sample
FROM medicine ORDER BY (expediente || '-' || consecutive) COLLATE "C"
