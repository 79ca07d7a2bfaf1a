-- How much of the evidence has another excess than PostgreSQL works out, by itself, from the report and the basis: the oracle of
-- `excess_total::row_excess`. Its numeric has no limit of digits, and the quotient is cut only after the exact subtraction.
SELECT count(*) FILTER (
        WHERE (e.excess_kind, e.price, e.left_side, e.right_side, e.factor, e.amount) IS DISTINCT FROM
            (own.excess_kind, own.price, own.left_side, own.right_side, pack.factor, div((own.left_side - own.right_side) * 100, pack.factor) * 0.01)
    ) AS different, count(*) AS compared
FROM case_evidence e
JOIN sismed_row r ON r.id = e.report_id
LEFT JOIN reassessment c ON c.report_id = r.id AND c.superseded_in IS NULL
JOIN judgement_code a ON a.code = coalesce(c.judged, r.judged)
JOIN basis b ON b.id = e.basis_id
CROSS JOIN LATERAL (SELECT CASE r.unit WHEN 2 THEN b.dispensing_units WHEN 3 THEN b.regulated_units ELSE 1 END AS factor) pack
CROSS JOIN LATERAL (
    SELECT 'net_of_average' AS excess_kind, 'average' AS price, r.value * pack.factor AS left_side, b.binding * r.units AS right_side
    WHERE a.average_verdict = 'above'
    UNION ALL
    SELECT 'one_unit_at_least', 'maximum', r.maximum * pack.factor, b.binding WHERE a.average_verdict IS DISTINCT FROM 'above' AND a.maximum_verdict = 'above'
    UNION ALL
    SELECT 'one_unit_at_least', 'minimum', r.minimum * pack.factor, b.binding WHERE a.average_verdict IS DISTINCT FROM 'above' AND a.maximum_verdict IS DISTINCT FROM 'above'
) own
WHERE e.superseded_in IS NULL
