-- How far the log has come: its size, the last row of each kind that it holds, and the last change that an import covers.
SELECT (SELECT coalesce(max(leaf_index) + 1, 0) FROM log_leaf) AS size,
    (SELECT max(number) FROM log_leaf WHERE kind = 'publication' AND number IS NOT NULL) AS publication,
    (SELECT max(number) FROM log_leaf WHERE kind = 'import' AND number IS NOT NULL) AS import,
    (SELECT max(number) FROM log_leaf WHERE kind = 'audit' AND number IS NOT NULL) AS audit,
    (SELECT max(number) FROM log_leaf WHERE kind = 'receipt' AND number IS NOT NULL) AS receipt,
    (SELECT (entry::json -> 'changes' ->> 'until')::bigint FROM log_leaf WHERE kind = 'import' AND number IS NOT NULL
        ORDER BY number DESC LIMIT 1) AS changes
