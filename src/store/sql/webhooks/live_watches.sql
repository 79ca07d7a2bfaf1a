-- How many watches a key's holder has (its principal, or all free keys that its network took), and how many active ones go to a host. What was paused
-- because its owner has no key is not counted. $1 key, $2 host.
SELECT (SELECT count(*) FROM watch w WHERE coalesce(w.holder, w.principal_id) = coalesce(k.given_to, k.principal_id) AND w.state <> 'deleted'
        AND NOT (w.state = 'paused' AND w.state_reason IS NOT NULL)) AS live,
    (SELECT count(*) FROM watch w WHERE w.host = $2 AND w.state = 'active') AS to_host
FROM api_key k WHERE k.id = $1
