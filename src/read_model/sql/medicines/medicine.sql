-- The version of the data, and one presentation: without a source where none names it. $1 expediente, $2 consecutive.
SELECT v.version, v.changed_at, v.sample_kinds, v.lists_version, v.lists_changed_at,
    m.expediente, m.consecutive, m.brand, m.description, m.holder, m.registration, m.registration_state, m.active, m.medical_sample, m.atc, m.ingredients, m.strength, m.form, m.route, m.form_group, m.market, m.dispensing_units, m.dispensing_unit, m.regulated_units, m.regulated_unit, m.equivalence_key, m.regulated, m.sources, m.iums
FROM data_version v LEFT JOIN medicine m ON m.expediente = $1 AND m.consecutive = $2
