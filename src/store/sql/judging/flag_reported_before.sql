-- Flags rows whose key the same reporter has in another submission in force, so that no report counts twice.
-- $1 the file, $2 the flag's bit, $3 the reporter's NIT: no partition of a published file has one. $4 the file that this one corrects, or null.
UPDATE sismed_row r SET flags = r.flags | $2::smallint
WHERE r.part IN (0, $1) AND r.source_file_id = $1
    AND EXISTS (SELECT FROM submission s WHERE s.nit = $3 AND s.source_file_id <> $1 AND s.source_file_id IS DISTINCT FROM $4::bigint AND s.rows_accepted > 0)
    AND EXISTS (
        SELECT FROM sismed_row o
        WHERE o.expediente = r.expediente AND o.consecutive = r.consecutive AND o.period_from = r.period_from AND o.period_until = r.period_until
            AND o.reporter_nit = $3 AND o.source_file_id <> r.source_file_id AND o.source_file_id IS DISTINCT FROM $4::bigint AND o.superseded_in IS NULL
            AND (o.actor_role, o.operation, o.transaction, o.unit) = (r.actor_role, r.operation, r.transaction, r.unit)
            AND o.counterparty_nit IS NOT DISTINCT FROM r.counterparty_nit)
