-- How the prices of a new thermometer differ from those of the one in force, of the products that both state. $1 the new file, $2 the one in force.
WITH newer AS (
    SELECT expediente, concentration, dispensing_unit, brand, maker, channel, max(price) AS price
    FROM thermometer_price WHERE source_file_id = $1 GROUP BY expediente, concentration, dispensing_unit, brand, maker, channel
), older AS (
    SELECT expediente, concentration, dispensing_unit, brand, maker, channel, max(price) AS price
    FROM thermometer_price WHERE source_file_id = $2 GROUP BY expediente, concentration, dispensing_unit, brand, maker, channel
)
SELECT count(*) AS compared, 0::bigint AS changed, count(*) FILTER (WHERE n.price >= 5 * o.price) AS raised,
    count(*) FILTER (WHERE 5 * n.price <= o.price) AS lowered, 0::bigint AS repeated, 0::bigint AS repeated_before
FROM newer n JOIN older o USING (expediente, concentration, dispensing_unit, brand, maker, channel)
