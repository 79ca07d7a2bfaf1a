-- The days in Bogotá of the data's version and of now, as they stand in the names of versions.
SELECT version, (changed_at AT TIME ZONE INTERVAL '-05:00')::date AS changed_on, (clock_timestamp() AT TIME ZONE INTERVAL '-05:00')::date AS today
FROM data_version
