-- Ends superseded validities on the day before the new act: the old row is closed and its earlier part is written again.
-- $1 act ids, $2 first day of the new act, $3 the import.
WITH closed AS (
    UPDATE ceiling_validity SET superseded_in = $3
    WHERE superseded_in IS NULL AND act_id = ANY($1::text[]) AND valid && daterange($2::date, NULL)
    RETURNING act_id, subject, channel, stage, valid
)
INSERT INTO ceiling_validity (act_id, subject, channel, stage, valid, recorded_in)
SELECT act_id, subject, channel, stage, daterange(lower(valid), $2::date), $3 FROM closed WHERE lower(valid) < $2::date
