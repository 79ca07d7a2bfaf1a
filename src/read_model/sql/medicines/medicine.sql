-- One presentation. $1 expediente, $2 consecutive.
SELECT expediente, consecutive, brand, description, holder, registration, registration_state, active, medical_sample, atc, ingredients, strength, form, route, form_group, market, dispensing_units, dispensing_unit, regulated_units, regulated_unit, equivalence_key, regulated, sources
FROM medicine WHERE expediente = $1 AND consecutive = $2
