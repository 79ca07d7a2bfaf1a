-- A week is released: no row if it was before. $1 its Monday, $2 instant, $3 day, $4 method.
INSERT INTO price_report_release (week, released_at, released_on, method) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
