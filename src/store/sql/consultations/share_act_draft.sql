-- A draft, held beside others against approvals and other contents until the transaction ends. $1 id.
SELECT d.id FROM act_draft d WHERE d.id = $1 ORDER BY d.id FOR SHARE
