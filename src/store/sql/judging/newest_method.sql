-- By which method and age limit reports were judged last. $1 newest import known, or null.
SELECT rule_version, max_age_days FROM source_file
WHERE max_age_days IS NOT NULL AND ($1::bigint IS NULL OR id <= $1) ORDER BY id DESC LIMIT 1
