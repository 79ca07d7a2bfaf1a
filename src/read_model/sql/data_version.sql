-- The version of the data that answers now, and when it came to be.
SELECT version, changed_at FROM data_version
