-- Grouped forms by registered form and route, the newest list's word last.
SELECT g.form, g.route, g.form_group FROM form_group g JOIN source_file f ON f.id = g.source_file_id
WHERE f.ended_in IS NULL ORDER BY f.cut_date NULLS FIRST, f.id, g.line
