-- A new version of the data, in the transaction that changes it; waiting servers are told.
UPDATE data_version SET version = version + 1, changed_at = clock_timestamp() RETURNING version
