-- The catalogue's rows of each presentation from the newest edition that has it, actives in a fixed order.
SELECT r.* FROM (
    SELECT c.*, rank() OVER (PARTITION BY c.expediente, c.consecutive ORDER BY f.cut_date DESC NULLS LAST, f.id DESC) AS edition
    FROM catalogue_row c JOIN source_file f ON f.id = c.source_file_id WHERE f.ended_in IS NULL
) r WHERE r.edition = 1 ORDER BY r.expediente, r.consecutive, r.ingredient, r.line
