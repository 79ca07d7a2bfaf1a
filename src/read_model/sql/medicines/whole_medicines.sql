-- Every presentation, in order of CUM.
SELECT expediente, consecutive, brand, description, holder, registration, registration_state, active, medical_sample, atc, ingredients, strength, form, route, form_group, market, dispensing_units, dispensing_unit, regulated_units, regulated_unit, equivalence_key, regulated, sources
FROM medicine ORDER BY expediente, consecutive
