-- From a day on, an act binds. $1 act id, $2 subjects, $3 channels, $4 stages (in parallel), $5 first day, $6 the import.
INSERT INTO ceiling_validity (act_id, subject, channel, stage, valid, recorded_in)
SELECT $1, n.subject, n.channel, n.stage, daterange($5::date, NULL), $6
FROM unnest($2::text[], $3::text[], $4::text[]) AS n (subject, channel, stage)
