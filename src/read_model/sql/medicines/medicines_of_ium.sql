-- The CUM to which the newest catalogue that has them gives an IUM, or any below it. $1 the IUM, $2 how many at most.
SELECT r.expediente, r.consecutive
FROM (SELECT DISTINCT c.expediente FROM catalogue_row c WHERE c.ium >= $1 AND c.ium < $1 || ':') AS wanted
CROSS JOIN LATERAL (
    SELECT c.expediente, c.consecutive, c.ium, rank() OVER (PARTITION BY c.consecutive ORDER BY f.cut_date DESC NULLS LAST, f.id DESC) AS edition
    FROM catalogue_row c JOIN source_file f ON f.id = c.source_file_id
    WHERE c.expediente = wanted.expediente AND counts_at(f.id, f.ended_in, NULL::bigint) OFFSET 0
) r
WHERE r.edition = 1 AND r.ium >= $1 AND r.ium < $1 || ':'
GROUP BY r.expediente, r.consecutive ORDER BY r.expediente, r.consecutive LIMIT $2
