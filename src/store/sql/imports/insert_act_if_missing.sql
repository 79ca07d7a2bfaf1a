-- An act that a list names and that is not described yet. $1 id, $2 title, $3 valid from, $4 source.
INSERT INTO act (id, title, in_force_from, subject_es, subject_en, source, confirmed)
VALUES ($1, $2, $3, 'Acto citado por una lista oficial.', 'Act cited by an official list.', $4, false)
ON CONFLICT (id) DO NOTHING
