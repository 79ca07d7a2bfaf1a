-- How many complete subtrees are stored.
SELECT count(*) AS nodes FROM log_node
