-- Presentations that belong to a market, with how many dispensing units the pack holds where that is a whole number.
SELECT expediente, consecutive, market, CASE WHEN dispensing_units = trunc(dispensing_units) AND dispensing_units BETWEEN 1 AND 1000000
    THEN dispensing_units::bigint END AS dispensing_units
FROM medicine WHERE market IS NOT NULL ORDER BY expediente, consecutive
