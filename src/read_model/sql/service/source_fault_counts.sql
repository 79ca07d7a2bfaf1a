-- How many rows of each file were not taken, by reason. $1 files.
SELECT source_file_id, fate, reason, count(*) AS rows
FROM source_fault WHERE source_file_id = ANY($1::bigint[])
GROUP BY source_file_id, fate, reason ORDER BY source_file_id, fate, reason
