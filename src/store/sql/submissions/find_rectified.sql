-- The report to be corrected, and whether it was corrected before. $1 id, $2 NIT.
SELECT s.version, s.state, s.dry_run,
    (SELECT r.id FROM submission r WHERE r.rectifies = s.id AND NOT r.dry_run AND r.state <> 'refused' LIMIT 1) AS rectified_by
FROM submission s WHERE s.id = $1 AND s.nit = $2 AND s.kind = 'report' FOR UPDATE
