-- The usable reports of a week, in order of id. $1 its Monday.
SELECT p.id, p.cum, p.per, p.municipality, p.amount, p.contributor FROM price_report p
WHERE p.state = 'usable' AND p.usable_since >= $1::date AND p.usable_since < $1::date + 7 ORDER BY p.id FOR UPDATE
