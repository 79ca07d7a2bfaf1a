-- The terms of the law, in order of code and day.
SELECT code, valid_from, valid_until, amount, unit, citation, confirmed FROM legal_term ORDER BY code, valid_from
