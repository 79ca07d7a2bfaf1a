-- Sign-ins whose time is over. $1 begun before this; null: an hour ago by the clock of the database.
DELETE FROM sign_in_attempt WHERE begun_at < coalesce($1::timestamptz, clock_timestamp() - interval '1 hour')
