-- The facts about one CUM. $1 expediente, $2 consecutive, $3 the file of the table of codes, or null.
SELECT
    (SELECT bool_or(c.enabled) FROM cum_code c WHERE c.expediente = $1 AND c.consecutive = $2 AND c.source_file_id = $3::bigint) AS enabled,
    (SELECT m.sources FROM medicine m WHERE m.expediente = $1 AND m.consecutive = $2) AS sources,
    (SELECT coalesce(array_agg(DISTINCT r.ium ORDER BY r.ium) FILTER (WHERE r.ium IS NOT NULL), '{}')
     FROM (
         SELECT c.ium, rank() OVER (ORDER BY f.cut_date DESC NULLS LAST, f.id DESC) AS edition
         FROM catalogue_row c JOIN source_file f ON f.id = c.source_file_id
         WHERE c.expediente = $1 AND c.consecutive = $2 AND counts_at(f.id, f.ended_in, NULL::bigint)
     ) r
     WHERE r.edition = 1) AS iums
