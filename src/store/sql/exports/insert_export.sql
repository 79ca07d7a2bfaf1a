-- A new version. $1 data set, $2 ordinal, $3 version, $4 version of the data, $5 rows, $6 digest.
INSERT INTO export (data_set, ordinal, version, data_version, rows, digest) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
