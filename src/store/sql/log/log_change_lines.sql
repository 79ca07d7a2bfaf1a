-- One line for each recorded change after a position and up to another. $1 after, $2 until.
SELECT json_build_array(position, key, kind, reason, expediente, consecutive, market, act_id, after, before_position, recorded_in,
    to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text AS line
FROM change WHERE position > $1 AND position <= $2 ORDER BY position
