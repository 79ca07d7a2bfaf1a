-- The figures of a week. $1 its Monday; then in parallel $2 CUM, $3 unit, $4 area, $5 from, $6 to or null, $7 median.
INSERT INTO price_report_statistic (week, cum, per, area, at_least, at_most, median)
SELECT $1::date, s.cum, s.per, s.area, s.at_least, s.at_most, s.median
FROM unnest($2::text[], $3::text[], $4::text[], $5::integer[], $6::integer[], $7::numeric[]) s(cum, per, area, at_least, at_most, median)
