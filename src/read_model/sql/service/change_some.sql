-- Changes at some positions, in order. $1 positions.
SELECT c.position, c.key, c.kind, c.reason, c.expediente, c.consecutive, c.market, m.brand AS product, c.act_id, c.recorded_in, c.recorded_at, b.after AS before, c.after
FROM change c
LEFT JOIN change b ON b.position = c.before_position
LEFT JOIN medicine m ON m.expediente = c.expediente AND m.consecutive = c.consecutive
WHERE c.position = ANY($1::bigint[]) ORDER BY c.position
