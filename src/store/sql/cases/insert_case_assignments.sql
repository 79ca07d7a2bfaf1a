-- Gives these cases (lock them before) to one person, or to nobody; those that are there already stay as they are. Returns the cases that changed
-- hands. $1 cases, $2 to whom or null, $3 instant, $4 by whom.
INSERT INTO case_assignment (case_id, ordinal, assignee_id, at, assigned_by)
SELECT given.id, coalesce(newest.ordinal, 0) + 1, $2::text, $3::timestamptz, $4::text
FROM unnest($1::text[]) AS given (id)
LEFT JOIN LATERAL (
    SELECT a.ordinal, a.assignee_id FROM case_assignment a WHERE a.case_id = given.id ORDER BY a.ordinal DESC LIMIT 1
) newest ON true
WHERE newest.assignee_id IS DISTINCT FROM $2::text
ORDER BY given.id
RETURNING case_id
