-- $1 kind, $2 sha256.
SELECT name FROM source_file WHERE kind = $1 AND sha256 = $2
