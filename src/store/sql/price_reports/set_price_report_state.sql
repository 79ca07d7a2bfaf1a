-- The state of a report, and the first day on which it was usable. $1 id, $2 state, $3 day, where it becomes usable.
UPDATE price_report SET state = $2, usable_since = coalesce(usable_since, $3::date) WHERE id = $1
