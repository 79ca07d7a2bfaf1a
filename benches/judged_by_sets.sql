WITH ceiling_now AS (
    SELECT DISTINCT ON (expediente, consecutive, column_code) expediente, consecutive, column_code, amount, dispensing_units, regulated_units
    FROM ceiling WHERE kind = 'maximum' ORDER BY expediente, consecutive, column_code, valid_from DESC
), judged AS (
    SELECT r.transaction, CASE
        WHEN c.amount IS NULL THEN 'no_ceiling'
        WHEN pack.factor IS NULL THEN 'cannot_compare'
        WHEN r.maximum * pack.factor > c.amount OR r.minimum * pack.factor > c.amount OR r.value * pack.factor > c.amount * r.units THEN 'above'
        ELSE 'within' END AS verdict
    FROM sismed_row r
    LEFT JOIN ceiling_now c ON c.expediente = r.expediente AND c.consecutive = r.consecutive
        AND c.column_code = CASE WHEN r.transaction IN (1, 3, 5) THEN 'institutional' ELSE 'commercial_wholesale' END
    CROSS JOIN LATERAL (SELECT CASE r.unit WHEN 2 THEN c.dispensing_units WHEN 3 THEN c.regulated_units ELSE 1 END AS factor) pack
    WHERE r.superseded_in IS NULL AND r.expediente = ANY($1)
)
SELECT transaction, verdict, count(*) FROM judged GROUP BY transaction, verdict ORDER BY transaction, verdict
