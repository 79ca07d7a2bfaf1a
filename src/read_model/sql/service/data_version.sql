-- The version of the data that answers now, when it came to be, which kinds hold invented data, and since which version and when nothing but reports
-- changed.
SELECT version, changed_at, sample_kinds, lists_version, lists_changed_at FROM data_version
