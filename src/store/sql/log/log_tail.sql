-- How far the log has come: its size, the last row of each kind that it holds, the last change that an import covers, and of which kinds rows
-- have no leaf yet.
WITH tail AS MATERIALIZED (
    SELECT (SELECT coalesce(max(leaf_index) + 1, 0) FROM log_leaf) AS size,
        (SELECT max(number) FROM log_leaf WHERE kind = 'publication' AND number IS NOT NULL) AS publication,
        (SELECT max(number) FROM log_leaf WHERE kind = 'import' AND number IS NOT NULL) AS import,
        (SELECT max(number) FROM log_leaf WHERE kind = 'audit' AND number IS NOT NULL) AS audit,
        (SELECT max(number) FROM log_leaf WHERE kind = 'receipt' AND number IS NOT NULL) AS receipt
)
SELECT tail.*,
    (SELECT (entry::json -> 'changes' ->> 'until')::bigint FROM log_leaf WHERE kind = 'import' AND number = tail.import) AS changes,
    EXISTS (SELECT FROM act a WHERE NOT EXISTS (SELECT FROM log_leaf l WHERE l.kind = 'act' AND l.subject = a.id)) AS lacks_act,
    EXISTS (SELECT FROM act_publication p WHERE p.source_file_id > coalesce(tail.publication, 0)) AS lacks_publication,
    EXISTS (SELECT FROM source_file f WHERE f.id > coalesce(tail.import, 0)) AS lacks_import,
    EXISTS (SELECT FROM audit_entry e WHERE e.position > coalesce(tail.audit, 0)) AS lacks_audit,
    EXISTS (SELECT FROM submission s WHERE s.receipt IS NOT NULL AND s.position > coalesce(tail.receipt, 0)) AS lacks_receipt
FROM tail
