-- Released figures, the newest week first. $1 Monday of a week or null, $2 CUM or null, $3 area or null, after $4 week, $5 CUM, $6 unit and $7 area or
-- null, $8 limit.
SELECT s.week, r.released_on, s.cum, m.brand, s.per, s.area, t.name AS area_name, s.at_least, s.at_most, s.median
FROM price_report_statistic s
JOIN price_report_release r ON r.week = s.week
LEFT JOIN territory t ON t.code = s.area
LEFT JOIN medicine m ON m.expediente = split_part(s.cum, '-', 1)::integer AND m.consecutive = split_part(s.cum, '-', 2)::integer
WHERE ($1::date IS NULL OR s.week = $1) AND ($2::text IS NULL OR s.cum = $2) AND ($3::text IS NULL OR s.area = $3)
    AND ($4::date IS NULL OR s.week < $4 OR s.week = $4 AND (s.cum, s.per, s.area) > ($5::text, $6::text, $7::text))
ORDER BY s.week DESC, s.cum, s.per, s.area LIMIT $8
