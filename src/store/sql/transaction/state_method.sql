-- By which method and age limit an import judged. $1 id, $2 rule version, $3 age limit in days.
UPDATE source_file SET rule_version = $2, max_age_days = $3 WHERE id = $1
