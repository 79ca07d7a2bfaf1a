-- The list of exchange rates that counts, by the day it speaks for: its rows that hold for a day of the span, newest first. $1 first day or null,
-- $2 the day after the last or null, $3 how many come before, $4 limit.
WITH edition AS (
    SELECT f.id, f.name AS file, f.sha256, f.cut_date, f.feed_run_id, f.address FROM source_file f
    WHERE f.kind = 'exchange_rates' AND counts_at(f.id, f.ended_in, NULL::bigint)
    ORDER BY f.cut_date DESC NULLS LAST, f.id DESC LIMIT 1
)
SELECT e.file, e.sha256, e.cut_date, e.feed_run_id, e.address, r.line, r.rate, r.first_day, r.last_day
FROM edition e JOIN exchange_rate r ON r.source_file_id = e.id
WHERE ($1::date IS NULL OR r.last_day >= $1::date) AND ($2::date IS NULL OR r.first_day < $2::date)
ORDER BY r.first_day DESC, r.line OFFSET $3::bigint LIMIT $4::bigint
