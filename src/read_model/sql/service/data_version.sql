-- The version of the data that answers now, when it came to be, which kinds hold invented data, and since which version nothing but reports changed.
SELECT version, changed_at, sample_kinds, CASE WHEN reports_only_until = version THEN reports_only_after ELSE version END AS lists_version
FROM data_version
