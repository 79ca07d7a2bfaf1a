-- The version of the data, asked again and again.
SELECT version FROM data_version
