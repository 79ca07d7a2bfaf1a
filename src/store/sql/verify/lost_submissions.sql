-- Submissions that the audit log saw come and that are not there, and those that it did not see come.
SELECT a.subject AS id, true AS logged FROM audit_entry a
WHERE a.action = 'receive_submission' AND NOT EXISTS (SELECT FROM submission s WHERE s.id = a.subject)
UNION ALL
SELECT s.id, false FROM submission s
WHERE NOT EXISTS (SELECT FROM audit_entry a WHERE a.action = 'receive_submission' AND a.subject = s.id)
