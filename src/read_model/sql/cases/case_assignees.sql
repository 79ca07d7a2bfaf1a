-- Regulators who can be given cases or have some that are not closed, in order of name. `able`: a key of theirs opens cases now. $1 now.
WITH held AS (
    SELECT newest.assignee_id, count(*) AS cases
    FROM (SELECT DISTINCT ON (a.case_id) a.case_id, a.assignee_id FROM case_assignment a ORDER BY a.case_id, a.ordinal DESC) newest
    JOIN case_file c ON c.id = newest.case_id AND c.state <> 'closed'
    GROUP BY newest.assignee_id
)
SELECT p.id, p.name, coalesce(h.cases, 0) AS cases, living.able
FROM principal p
LEFT JOIN held h ON h.assignee_id = p.id
CROSS JOIN LATERAL (
    SELECT EXISTS (
        SELECT FROM api_key k
        WHERE k.principal_id = p.id AND k.revoked_at IS NULL AND k.expires_at > $1 AND (NOT k.needs_confirmation OR k.confirmed_at IS NOT NULL)
            AND k.scopes && ARRAY['cases:review', 'cases:confirm']) AS able
) living
WHERE p.kind = 'regulator' AND (living.able OR h.cases > 0)
ORDER BY p.name, p.id
