-- The same price again, once a week: no row if it was there. $1 report, $2 Monday of the week, $3 day.
INSERT INTO price_report_confirmation (report_id, week, day) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
