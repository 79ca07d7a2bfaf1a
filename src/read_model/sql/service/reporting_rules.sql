-- The dated rules of reporting, oldest first.
SELECT valid_from, valid_until, months, due_months_after, citation, confirmed FROM reporting_rule ORDER BY valid_from
