-- The dated IPS margin rules.
SELECT valid_from, valid_until, above, up_to, percent FROM margin_rule ORDER BY valid_from, above
