-- Submissions with what their receipts must say, and the entry of the audit log that they name.
SELECT s.id, s.nit, s.period, s.version, s.sha256, s.bytes, s.state, s.rows_read, s.rows_accepted, s.rows_quarantined, s.rows_refused, s.position,
    s.receipt, a.hash AS audit_hash
FROM submission s LEFT JOIN audit_entry a ON a.position = s.position
WHERE s.receipt IS NOT NULL ORDER BY s.id
