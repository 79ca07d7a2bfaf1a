-- What acts published here still bind on or after a day. $1 act ids, $2 day.
SELECT id, act_id, subject, channel, stage, lower(valid) AS valid_from
FROM ceiling_validity WHERE superseded_in IS NULL AND act_id = ANY($1::text[]) AND valid && daterange($2::date, NULL)
ORDER BY id
