-- Whether anything real of a kind counts. $1 kind.
SELECT EXISTS (SELECT FROM source_file WHERE kind = $1 AND ended_in IS NULL AND NOT sample) AS found
