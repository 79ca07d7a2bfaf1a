-- The catalogue's rows of each presentation from the newest file that has it, actives in a fixed order.
SELECT r.* FROM (
    SELECT c.*, rank() OVER (PARTITION BY c.expediente, c.consecutive ORDER BY c.source_file_id DESC) AS newest FROM catalogue_row c
) r WHERE r.newest = 1 ORDER BY r.expediente, r.consecutive, r.ingredient, r.line
