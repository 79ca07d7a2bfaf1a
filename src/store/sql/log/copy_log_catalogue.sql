COPY (SELECT line, expediente, consecutive, product, holder, registration, registration_state, description, active, medical_sample, quantity,
    quantity_unit, atc, atc_name, route, form, ingredient, strength, strength_unit, strength_reference, role_holder, role, modality
    FROM catalogue_row WHERE source_file_id = $1 ORDER BY line) TO STDOUT (FORMAT binary)
