-- Whether there is a state of the data, and of which schema it is.
SELECT d.version, (SELECT max(version) FROM refinery_schema_history) AS schema_version FROM data_version d
