-- The audit log newest first. $1 after this position or null, $2 limit; or null: $3 action, $4 part of the actor's name (a pattern),
-- $5 subject, $6 first day in Colombia, $7 last day.
-- Not one statement with audit_list.sql: a direction that is a parameter (ORDER BY CASE …) is the order of no index, so that a page would read and
-- sort all rows that the filter lets through; two halves under UNION ALL would only put both statements into one file.
SELECT position, at, principal_id, key_id, actor, action, subject, reason, request_id, details, previous_hash, hash
FROM audit_entry
WHERE ($1::bigint IS NULL OR position < $1) AND ($3::text IS NULL OR action = $3)
    AND ($4::text IS NULL OR actor ILIKE '%' || $4 || '%') AND ($5::text IS NULL OR subject = $5)
    AND ($6::date IS NULL OR at >= $6::date::timestamp AT TIME ZONE 'America/Bogota')
    AND ($7::date IS NULL OR at < ($7::date + 1)::timestamp AT TIME ZONE 'America/Bogota')
ORDER BY position DESC LIMIT $2
