-- The furthest position of the audit log that anything else has seen.
SELECT greatest((SELECT max(position) FROM export_mark), (SELECT max(position) FROM submission), 0) AS seen
