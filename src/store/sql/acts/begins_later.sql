-- Acts to be superseded that begin after the new one does. $1 act ids, $2 first day of the new act.
SELECT act_id, lower(valid) AS valid_from FROM ceiling_validity
WHERE superseded_in IS NULL AND act_id = ANY($1::text[]) AND lower(valid) > $2::date ORDER BY lower(valid), act_id LIMIT 1
