-- Rows quarantined, and data rows, of all that counts of a kind and series; the sample is not usual. $1 kind, $2 series, $3 but not this file.
SELECT coalesce(sum(rows_quarantined), 0)::bigint AS quarantined, coalesce(sum(rows_quarantined + rows_accepted), 0)::bigint AS among FROM source_file
WHERE kind = $1 AND series = $2 AND id <> $3 AND ended_in IS NULL AND NOT sample
