-- Cases whose seller was notified and has not replied, of sellers somebody of whom gets mail.
SELECT c.id, c.seller_nit, last.ordinal AS version, last.day AS notified_on
FROM case_file c
CROSS JOIN LATERAL (
    SELECT n.ordinal, n.day FROM case_event n WHERE n.case_id = c.id AND n.kind = 'transition' AND n.to_state = 'notified'
    ORDER BY n.ordinal DESC LIMIT 1
) last
WHERE c.state = 'notified' AND EXISTS (
    SELECT FROM principal p JOIN mail_address a ON a.principal_id = p.id WHERE p.nit = c.seller_nit AND a.confirmed_at IS NOT NULL)
ORDER BY c.id
