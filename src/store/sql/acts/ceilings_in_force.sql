-- The ceilings that bind on a day, per presentation and column, of some acts or registrations. $1 day, $2 act ids, $3 expedientes.
SELECT expediente, consecutive, column_code, amount, act_id FROM (
    SELECT DISTINCT ON (c.expediente, c.consecutive, c.column_code) c.expediente, c.consecutive, c.column_code, c.amount, c.act_id
    FROM ceiling c JOIN source_file f ON f.id = c.source_file_id
    WHERE c.kind = 'maximum' AND c.valid_from <= $1 AND f.ended_in IS NULL
        -- What one of the acts binds is of a registration that the act names.
        AND c.expediente = ANY(ARRAY(SELECT n.expediente FROM ceiling n WHERE n.act_id = ANY($2::text[]) UNION SELECT unnest($3::integer[])))
    ORDER BY c.expediente, c.consecutive, c.column_code, c.valid_from DESC, f.cut_date DESC NULLS LAST, f.id DESC,
        c.amount DESC NULLS FIRST, c.id
) newest
WHERE act_id = ANY($2::text[]) OR expediente = ANY($3::integer[])
ORDER BY expediente, consecutive, column_code
