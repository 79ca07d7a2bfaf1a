-- Takes ceilings out of a draft. $1 draft, $2 registrations, $3 consecutives and $4 columns, in one order.
DELETE FROM act_draft_ceiling c USING unnest($2::integer[], $3::integer[], $4::text[]) AS named (expediente, consecutive, column_code)
WHERE c.draft_id = $1 AND (c.expediente, c.consecutive, c.column_code) = (named.expediente, named.consecutive, named.column_code)
