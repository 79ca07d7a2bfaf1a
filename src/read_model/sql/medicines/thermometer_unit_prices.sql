-- Prices per dispensing unit of several registrations in one channel. $1 source file, $2 expedientes, $3 channel.
SELECT expediente, min(price) AS price FROM thermometer_price
WHERE source_file_id = $1 AND expediente = ANY($2::integer[]) AND channel = $3 GROUP BY expediente ORDER BY expediente
