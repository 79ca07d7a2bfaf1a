-- Every presentation with what a text about it can name, and the description of the newest list of ceilings that has it and counts.
SELECT m.expediente, m.consecutive, m.brand, m.description, l.description AS list_description, m.holder, m.registration, m.ingredients, m.strength,
    m.form, m.route, m.form_group, m.dispensing_units, m.iums, m.medical_sample
FROM medicine m
LEFT JOIN (
    SELECT DISTINCT ON (c.expediente, c.consecutive) c.expediente, c.consecutive, c.description
    FROM ceiling c JOIN source_file f ON f.id = c.source_file_id
    WHERE counts_at(f.id, f.ended_in, NULL::bigint)
    ORDER BY c.expediente, c.consecutive, f.cut_date DESC NULLS LAST, c.id DESC
) l ON l.expediente = m.expediente AND l.consecutive = m.consecutive
ORDER BY m.expediente, m.consecutive
