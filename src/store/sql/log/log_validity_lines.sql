-- One line for each span in which a publication binds. $1 the import.
SELECT json_build_array(act_id, subject, channel, stage, lower(valid), upper(valid))::text AS line
FROM ceiling_validity WHERE recorded_in = $1 ORDER BY subject, channel, stage, lower(valid), id
