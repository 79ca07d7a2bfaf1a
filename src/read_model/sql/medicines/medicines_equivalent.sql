-- Presentations with one equivalence key. $1 key.
SELECT m.expediente, m.consecutive, m.brand, m.description, m.holder, m.registration, m.registration_state, m.active, m.medical_sample, m.atc, m.ingredients, m.strength, m.form, m.route, m.form_group, m.market, m.dispensing_units, m.dispensing_unit, m.regulated_units, m.regulated_unit, m.equivalence_key, m.regulated, m.sources
FROM medicine m WHERE m.equivalence_key = $1 ORDER BY m.expediente, m.consecutive
