-- Changes whenever the list of versions does.
SELECT coalesce((SELECT max(id) FROM export), 0) AS newest, (SELECT count(*) FROM export_pruned) AS pruned
