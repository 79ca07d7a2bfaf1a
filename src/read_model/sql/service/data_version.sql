-- The version of the data that answers now, when it came to be, which kinds hold invented data, and since which version nothing but reports changed.
SELECT version, changed_at, sample_kinds, lists_version FROM data_version
