-- What `GET /v1/assessments/summary` counts, over the rows that judge.py wrote. In SQL that Spark and DuckDB both read.
WITH counts AS (
    SELECT v.transaction, v.verdict, v.reason, v.minimum, v.average, v.maximum, count(*) AS reports
    FROM verdicts v
    WHERE v.row = 'accepted'
    GROUP BY v.transaction, v.verdict, v.reason, v.minimum, v.average, v.maximum
)
SELECT 'verdicts' AS counted, '' AS of_transaction, c.verdict AS code, CAST(sum(c.reports) AS BIGINT) AS reports FROM counts c GROUP BY c.verdict
UNION ALL
SELECT 'reasons', '', c.reason, CAST(sum(c.reports) AS BIGINT) FROM counts c WHERE c.reason <> '' GROUP BY c.reason
UNION ALL
SELECT 'transactions', c.transaction, c.verdict, CAST(sum(c.reports) AS BIGINT) FROM counts c GROUP BY c.transaction, c.verdict
UNION ALL
SELECT 'minimum', '', c.minimum, CAST(sum(c.reports) AS BIGINT) FROM counts c GROUP BY c.minimum
UNION ALL
SELECT 'average', '', c.average, CAST(sum(c.reports) AS BIGINT) FROM counts c GROUP BY c.average
UNION ALL
SELECT 'maximum', '', c.maximum, CAST(sum(c.reports) AS BIGINT) FROM counts c GROUP BY c.maximum
ORDER BY 1, 2, 3
