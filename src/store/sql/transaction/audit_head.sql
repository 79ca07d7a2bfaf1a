-- The newest entry of the audit log.
SELECT position, hash FROM audit_entry ORDER BY position DESC LIMIT 1
