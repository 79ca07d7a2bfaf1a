-- Grouped forms by registered form and route, the newest list's word last.
SELECT form, route, form_group FROM form_group ORDER BY source_file_id, line
