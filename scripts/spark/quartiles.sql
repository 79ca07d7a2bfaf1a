-- What `GET /v1/markets/prices` answers: for every relevant market the quartiles of the price of a dispensing unit, weighted by units sold
-- (src/domain/number/weighted_quartiles.rs). Half of the units were sold at the median or less.
--
-- All is exact. The service compares fractions and rounds the quartile that it found, half up to four places. Rounding never puts a higher price
-- below a lower one, so the quartile of the rounded prices is the rounded quartile. A price is counted here in ten-thousandths of a peso.
WITH presentation AS (
    -- Dispensing units in a pack: only where that is a whole number.
    SELECT concat(expediente, '-', consecutive) AS cum, market, CAST(dispensing_units AS DECIMAL(7, 0)) AS pack
    FROM markets
), stated AS (
    -- Packs become dispensing units where the pack's content is known; other units are no prices of a dispensing unit.
    SELECT p.market, CASE WHEN upper(trim(v.unit)) = 'A' THEN p.pack ELSE CAST(1 AS DECIMAL(7, 0)) END AS factor, trim(v.value) AS value, trim(v.units) AS units
    FROM verdicts v JOIN presentation p ON p.cum = v.cum
    WHERE v.row = 'accepted' AND upper(trim(v.unit)) IN ('A', 'C') AND trim(v.value) <> '' AND trim(v.units) <> ''
), whole AS (
    -- As whole numbers, each with its decimal places. What is no plain decimal stops the query.
    SELECT market, factor, CAST(replace(value, '.', '') AS DECIMAL(38, 0)) AS value, CAST(replace(units, '.', '') AS DECIMAL(38, 0)) AS units,
        CASE WHEN instr(value, '.') > 0 THEN length(value) - instr(value, '.') ELSE 0 END AS value_places,
        CASE WHEN instr(units, '.') > 0 THEN length(units) - instr(units, '.') ELSE 0 END AS units_places
    FROM stated
    WHERE factor IS NOT NULL
), sale AS (
    -- The service keeps both in 64 bits, and leaves out what does not fit.
    SELECT market, CAST(value AS DECIMAL(20, 0)) AS value, CAST(units * factor AS DECIMAL(20, 0)) AS units, units_places, units_places + 4 - value_places AS shift
    FROM whole
    WHERE value BETWEEN 1 AND 18446744073709551615 AND units >= 1 AND units <= floor(18446744073709551615 / factor) AND value_places <= 18 AND units_places <= 10
), fraction AS (
    SELECT market, CAST(value * CAST(rpad('1', greatest(shift, 0) + 1, '0') AS DECIMAL(15, 0)) AS DECIMAL(36, 0)) AS numerator,
        CAST(units * CAST(rpad('1', greatest(-shift, 0) + 1, '0') AS DECIMAL(15, 0)) AS DECIMAL(36, 0)) AS denominator,
        CAST(units * CAST(rpad('1', 10 - units_places + 1, '0') AS DECIMAL(11, 0)) AS DECIMAL(31, 0)) AS weight
    FROM sale
), halves AS (
    SELECT market, weight, CAST(2 * numerator + denominator AS DECIMAL(37, 0)) AS dividend, CAST(2 * denominator AS DECIMAL(37, 0)) AS divisor
    FROM fraction
), priced AS (
    -- Half up: without its remainder a division is exact.
    SELECT market, weight, CAST(CAST(dividend - dividend % divisor AS DECIMAL(37, 0)) / divisor AS DECIMAL(32, 0)) AS price
    FROM halves
), grouped AS (
    SELECT market, price, CAST(sum(weight) AS DECIMAL(37, 0)) AS weight, count(*) AS reports
    FROM priced
    GROUP BY market, price
), running AS (
    SELECT market, price, sum(weight) OVER (PARTITION BY market ORDER BY price ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far,
        sum(weight) OVER (PARTITION BY market) AS total, sum(reports) OVER (PARTITION BY market) AS reports
    FROM grouped
)
SELECT market, max(reports) AS reports, min(CASE WHEN so_far * 4 >= total THEN price END) AS first_quartile,
    min(CASE WHEN so_far * 4 >= total * 2 THEN price END) AS median, min(CASE WHEN so_far * 4 >= total * 3 THEN price END) AS third_quartile
FROM running
GROUP BY market
ORDER BY market
