-- The version of the data that answers now, when it came to be, and which kinds hold invented data.
SELECT version, changed_at, sample_kinds FROM data_version
