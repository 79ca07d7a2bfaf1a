-- The newest import known at an instant; 0 before the first. $1 instant.
SELECT coalesce(max(id), 0) AS id FROM source_file WHERE recorded_at <= $1
