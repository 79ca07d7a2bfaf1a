WITH sale AS (
    SELECT m.market, r.value, r.units * CASE r.unit WHEN 'A' THEN m.dispensing_units ELSE 1 END AS units
    FROM sismed_report r JOIN medicine m ON m.expediente = r.expediente AND m.consecutive = r.consecutive
    WHERE m.market IS NOT NULL AND r.unit IN ('A', 'C') AND r.value IS NOT NULL AND r.units IS NOT NULL AND r.superseded_in IS NULL
        AND (r.unit = 'C' OR (m.dispensing_units = trunc(m.dispensing_units) AND m.dispensing_units BETWEEN 1 AND 1000000))
), ranked AS (
    SELECT market, value / units AS price, sum(units) OVER (PARTITION BY market ORDER BY value / units) AS so_far,
        sum(units) OVER (PARTITION BY market) AS total
    FROM sale
)
SELECT market, count(*) AS reports, round(min(price) FILTER (WHERE so_far * 4 >= total), 4) AS first_quartile,
    round(min(price) FILTER (WHERE so_far * 4 >= total * 2), 4) AS median, round(min(price) FILTER (WHERE so_far * 4 >= total * 3), 4) AS third_quartile
FROM ranked GROUP BY market ORDER BY market COLLATE "C"
