-- The acts that bind there already. $1 subjects, $2 channels, $3 stages (in parallel), $4 valid from.
SELECT v.act_id, v.subject, v.channel, v.stage, lower(v.valid) AS valid_from
FROM ceiling_validity v JOIN unnest($1::text[], $2::text[], $3::text[]) AS n (subject, channel, stage)
    ON v.subject = n.subject AND v.channel = n.channel AND v.stage = n.stage
WHERE v.superseded_in IS NULL AND v.valid && daterange($4::date, NULL)
ORDER BY v.act_id, v.subject, v.channel, v.stage LIMIT 1
