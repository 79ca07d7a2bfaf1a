-- An imported list that states another act's ceiling, not older than the new one, for the same presentation and column.
-- $1 expedientes, $2 consecutives, $3 columns (in parallel), $4 valid from, $5 the new act.
SELECT c.act_id, c.expediente, c.consecutive, c.column_code, c.valid_from
FROM ceiling c JOIN source_file f ON f.id = c.source_file_id AND f.kind = 'ceilings' AND f.ended_in IS NULL
JOIN unnest($1::integer[], $2::integer[], $3::text[]) AS n (expediente, consecutive, column_code)
    ON c.expediente = n.expediente AND c.consecutive = n.consecutive AND c.column_code = n.column_code
WHERE c.kind = 'maximum' AND c.valid_from >= $4 AND c.act_id <> $5
ORDER BY c.act_id, c.expediente, c.consecutive, c.column_code LIMIT 1
